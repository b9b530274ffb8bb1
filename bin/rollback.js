#!/usr/bin/env node
"use strict";

require("tsx/cjs");
require("../cli/main.ts").main(process.argv);
