#!/usr/bin/env bash

# --8<-- [start:send]
aws s3 send
# --8<-- [end:send]
