"""The offline AWS account: an emulator made to behave as the workshop's services do, on this machine only."""
