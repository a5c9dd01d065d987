/** The oldest Node that Carryover runs on. */
const OLDEST = [22, 12] as const;

/** Ends the process with exit code 2 and a line that says what to do when Node is too old. */
export function checkNodeVersion(version: string): void {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return;
  process.stderr.write(
    `Cannot run carryover: Node ${version} was found, against ${OLDEST.join('.')} or newer. Install a newer Node and run the same command again.\n`,
  );
  process.exit(2);
}
