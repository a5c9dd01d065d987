import { spawn } from 'node:child_process';
import { performance } from 'node:perf_hooks';

/** A check that is one command; its output is shown only when it fails. */
export interface Step {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
}

/** How one step ended. */
export interface StepResult {
  readonly name: string;
  readonly passed: boolean;
  readonly seconds: number;
  readonly output: string;
}

/** Runs the steps, at most `parallelMax` at a time, prints a line for each as it ends, and answers in their order. */
export async function runSteps(steps: readonly Step[], parallelMax: number): Promise<readonly StepResult[]> {
  const results: StepResult[] = [];
  const waiting = steps.map((step, index) => ({ step, index }));
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const result = await runStep(next.step);
      results[next.index] = result;
      printStep(result);
    }
  };
  await Promise.all(Array.from({ length: Math.min(parallelMax, steps.length) }, work));
  return results;
}

function runStep(step: Step): Promise<StepResult> {
  const startedAt = performance.now();
  return new Promise((resolve) => {
    let output = '';
    const finish = (passed: boolean): void => {
      resolve({ name: step.name, passed, seconds: (performance.now() - startedAt) / 1000, output });
    };
    const child = spawn(step.command, step.args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const keep = (chunk: Buffer): void => {
      output += chunk.toString('utf8');
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.once('error', (error) => {
      output += error.message;
      finish(false);
    });
    child.once('close', (code) => finish(code === 0));
  });
}

function printStep(result: StepResult): void {
  const mark = result.passed ? 'ok    ' : 'FAILED';
  process.stdout.write(`${mark} ${result.name.padEnd(10)} ${result.seconds.toFixed(1).padStart(6)} s\n`);
  if (!result.passed) process.stdout.write(`${indent(result.output.trimEnd())}\n`);
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, '       ');
}
