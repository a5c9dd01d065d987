import { readFileSync } from 'node:fs';

/** A block of a document that is to be run as it stands. */
export interface MarkedBlock {
  readonly language: 'sh' | 'ts';
  readonly lines: readonly string[];
  /** The line of the document where it begins, for messages. */
  readonly at: number;
}

/** The blocks of a Markdown file whose opening fence says `sh test` or `ts test`. */
export function markedBlocks(path: string): readonly MarkedBlock[] {
  const blocks: { language: 'sh' | 'ts'; lines: string[]; at: number }[] = [];
  let open: { language: 'sh' | 'ts'; lines: string[]; at: number } | undefined;
  readFileSync(path, 'utf8')
    .split('\n')
    .forEach((line, index) => {
      const fence = /^```(sh|ts) test$/.exec(line);
      if (fence !== null) {
        open = { language: fence[1] as 'sh' | 'ts', lines: [], at: index + 1 };
        blocks.push(open);
      } else if (line.startsWith('```')) open = undefined;
      else open?.lines.push(line);
    });
  return blocks;
}

/** A line of a shell block: the arguments after `npx carryover`, and the exit code it is documented to have. */
export interface DocumentedCommand {
  readonly args: readonly string[];
  readonly exitCode: number;
}

/** Reads a line such as `npx carryover findings # exit code 1`. Throws an Error for any other command. */
export function documentedCommand(line: string): DocumentedCommand {
  const [, words = '', code = '0'] = /^npx carryover (.*?)(?: # exit code (\d))?$/.exec(line) ?? fail(line);
  const args = [...words.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
  return { args, exitCode: Number(code) };
}

function fail(line: string): never {
  throw new Error(`Cannot run "${line}": found no "npx carryover", against a line that begins with it.`);
}
