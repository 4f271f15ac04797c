#!/usr/bin/env bash

# --8<-- [start:make]
aws s3 make
# --8<-- [end:make]

# --8<-- [start:shut]
aws s3 shut
# --8<-- [end:shut]
