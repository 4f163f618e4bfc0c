// Loaded into a worker before its own code (NODE_OPTIONS=--require): on SIGUSR2 the process meets what PLANT names.
const { Socket } = require('node:net');
const { isMainThread } = require('node:worker_threads');

const faults = {
  /** Takes memory until there is none, beside the work. */
  leak: () => {
    const kept = [];
    setInterval(() => {
      for (let piece = 0; piece < 4; piece += 1) kept.push(Array.from({ length: 50_000 }, (_, index) => `${index}`));
    }, 1);
  },
  /** A promise that fails while nobody waits for it. */
  rejection: () => {
    void Promise.reject(new Error('planted rejection'));
  },
  /** No fault: says each connection that the process had no file descriptor for, in words that no log of its own holds. */
  witness: () => {
    const { destroy } = Socket.prototype;
    Socket.prototype.destroy = function witnessed(error) {
      if (error?.code === 'EMFILE') console.error('witness: no descriptor');
      return destroy.call(this, error);
    };
  },
};

const fault = faults[process.env.PLANT];
if (isMainThread && fault !== undefined) process.on('SIGUSR2', fault);
