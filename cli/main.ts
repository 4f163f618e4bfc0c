#!/usr/bin/env node
import { endWithReader } from './closed-output';
import { useCompileCache } from './compile-cache';
import { findNodeMistake } from '../config/node-version';

/** A connection that is still being tried when the command has given up must not keep the program; milliseconds. */
const LINGER_MS = 200;

async function main(): Promise<void> {
  endWithReader();
  const mistake = findNodeMistake(process.versions.node);
  if (mistake !== undefined) {
    process.stderr.write(`${mistake}\n`);
    process.exitCode = 2;
    return;
  }
  await useCompileCache();
  // Only what is loaded from here on is kept compiled.
  const { runProgram } = await import('./program.js');
  process.exitCode = await runProgram(process.argv.slice(2));
  setTimeout(() => process.exit(), LINGER_MS).unref();
}

void main();
