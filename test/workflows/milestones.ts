/** What happened, in order, and a way to wait for something to have happened: on counts, not on time. */
export class Milestones {
  readonly all: string[] = [];
  private waiting: (() => void)[] = [];

  add(name: string): void {
    this.all.push(name);
    const waiting = this.waiting;
    this.waiting = [];
    for (const wake of waiting) wake();
  }

  count(name: string): number {
    return this.all.filter((one) => one === name).length;
  }

  /** Resolves once `name` happened `times` times in all. */
  async reached(name: string, times = 1): Promise<void> {
    while (this.count(name) < times) {
      await new Promise<void>((resolve) => {
        this.waiting.push(resolve);
      });
    }
  }
}

/** A promise that a test settles when it wants. */
export function openGate(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}
