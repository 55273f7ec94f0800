#!/usr/bin/env node
process.stdout.write("slotwise\n");
