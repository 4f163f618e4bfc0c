'use strict';
// npm 10 makes no `.bin/node` for the pinned Node (stack.md "Versions and installation"); npm 11 and 12 do. Without it the
// scripts of package.json would run on whatever Node the machine has. Plain JavaScript: it runs before anything is compiled,
// on the machine's own Node.
const { existsSync, mkdirSync, symlinkSync } = require('node:fs');
const { join, relative } = require('node:path');

const modules = join(__dirname, '..', 'node_modules');
const bin = join(modules, '.bin');
const link = join(bin, 'node');
const pinned = join(modules, `node-${process.platform}-${process.arch}`, 'bin', 'node');

if (existsSync(pinned) && !existsSync(link)) {
  mkdirSync(bin, { recursive: true });
  try {
    symlinkSync(relative(bin, pinned), link);
  } catch (error) {
    // Another install of the same folder made the link first.
    if (error.code !== 'EEXIST') throw error;
  }
}
