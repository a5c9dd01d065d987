import { open } from 'node:fs/promises';

/** The last line of every whole dump. */
const TRAILER = '-- Dump completed';

/** What the programs write first after they took their snapshot; before it come the settings, which differ between releases. */
const AFTER_SNAPSHOT =
  /^(?:CREATE|INSERT|DROP|-- (?:Table structure|Temporary|Sequence structure|Dumping|Dump completed))/m;

/** Throws an Error unless the file ends as a dump does: half a dump is good SQL and would restore without a word. */
export async function checkWholeDump(file: string): Promise<void> {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    const tail = Buffer.alloc(Math.min(size, 200));
    await handle.read(tail, 0, tail.length, size - tail.length);
    if (!tail.toString('utf8').includes(TRAILER))
      throw new Error('the file is cut off: it does not end as a dump does');
  } finally {
    await handle.close();
  }
}

/** Looks at a dump as it is written, until its snapshot must have been taken. */
export class SnapshotWatch {
  /** Resolves when output has come that is written after the snapshot was taken. */
  readonly begun: Promise<void>;
  #resolve: () => void = () => undefined;
  #head = '';
  #isBegun = false;

  constructor() {
    this.begun = new Promise((resolve) => (this.#resolve = resolve));
  }

  see(chunk: Buffer): void {
    if (this.#isBegun) return;
    this.#head += chunk.toString('latin1');
    this.#isBegun = AFTER_SNAPSHOT.test(this.#head);
    if (this.#isBegun) this.#resolve();
  }
}
