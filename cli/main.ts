#!/usr/bin/env node
import { runProgram } from './program';

/** A connection that is still being tried when the command has given up must not keep the program; milliseconds. */
const LINGER_MS = 200;

void runProgram(process.argv.slice(2)).then((exitCode) => {
  process.exitCode = exitCode;
  setTimeout(() => process.exit(), LINGER_MS).unref();
});
