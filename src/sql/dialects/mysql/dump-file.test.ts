import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { SnapshotWatch } from './dump-file.ts';

const HEADER = `-- MariaDB dump 10.19  Distrib 10.11.14-MariaDB
-- Host: localhost    Database: school
/*!40101 SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT */;
/*M!100616 SET @OLD_NOTE_VERBOSITY=@@NOTE_VERBOSITY, NOTE_VERBOSITY=0 */;
`;

async function hasBegun(watch: SnapshotWatch): Promise<boolean> {
  return Promise.race([watch.begun.then(() => true), setImmediate(false)]);
}

test('the settings at the head of a dump do not say that its snapshot was taken', async () => {
  const watch = new SnapshotWatch();
  watch.see(Buffer.from(HEADER));
  expect(await hasBegun(watch)).toBe(false);
});

test.each(['\n--\n-- Table structure for table `a`\n', '\nCREATE TABLE `a` (', '\n-- Dumping routines for database'])(
  'the first object of a dump says so: %j',
  async (text) => {
    const watch = new SnapshotWatch();
    const bytes = Buffer.from(`${HEADER}${text}`);
    watch.see(bytes.subarray(0, HEADER.length + 9));
    watch.see(bytes.subarray(HEADER.length + 9));
    expect(await hasBegun(watch)).toBe(true);
  },
);
