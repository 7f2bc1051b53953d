import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { RunningServer } from '../../src/start-server.ts';
import { startDurableServer } from '../helpers/durable-server.ts';
import { type CommandResult, runCommand, words } from '../helpers/run-command.ts';
import { assertSubset } from '../helpers/subset.ts';
import { type TemporaryDirectory, temporaryDirectory } from '../helpers/temporary-directory.ts';

/** A text must be the whole output (line ends aside); patterns must all occur. */
export type Expected = string | RegExp | readonly RegExp[];

/** One kubectl command and what it must do. `${name}` stands for what an earlier step saved. */
export interface Step {
  /** What follows `kubectl`; quotes as in a shell. */
  readonly run: string;
  readonly stdin?: string;
  /** Editor for `kubectl edit`: a file of the script. */
  readonly editor?: string;
  /** Exit code, 0 when absent. */
  readonly code?: number;
  readonly stdout?: Expected;
  /** Nothing, when absent and `code` is 0. */
  readonly stderr?: Expected;
  /** The output is JSON with at least these fields. */
  readonly json?: unknown;
  /** Must not occur in the output. */
  readonly without?: RegExp;
  /** Keeps the trimmed output under this name. */
  readonly save?: string;
}

export interface Script {
  /** Files of the working directory; those with a `#!` may be run. */
  readonly files?: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
  /** Which controllers run; all by default. */
  readonly controllers?: readonly string[];
  /** How many nodes are simulated; none by default. */
  readonly nodes?: number;
}

export const kubectlFile = process.env['KUBECTL'] ?? 'kubectl';

export const missing =
  spawnSync(kubectlFile, ['version', '--client']).status !== 0 &&
  `${kubectlFile} cannot be run: put kubectl on the PATH or name it in KUBECTL`;

/** A durable server over TLS with a working directory and a home for kubectl, shared by the steps of one script. */
export interface Stage {
  readonly server: RunningServer;
  readonly dir: string;
  readonly env: Readonly<Record<string, string>>;
}

const stepTimeoutMs = 30_000;

/** Describes a script: its steps run one after the other against one fresh server. */
export function kubectlScript(
  title: string,
  { files = {}, steps, controllers = ['*'], nodes = 0 }: Script,
  more?: (stage: () => Stage) => void,
): void {
  describe(`kubectl: ${title}`, { skip: missing }, () => {
    let stage: Stage;
    let home: TemporaryDirectory;
    const saved = new Map<string, string>();

    before(async () => {
      home = await temporaryDirectory();
      const dir = join(home.path, 'work');
      const server = await startDurableServer({ dataDir: join(home.path, 'data'), controllers, nodes });
      await writeFiles(dir, files);
      stage = { server, dir, env: { HOME: home.path, KUBECONFIG: server.kubeconfigPath } };
    });
    after(async () => {
      await stage?.server.close();
      await home?.remove();
    });
    for (const step of steps) {
      it(`kubectl ${step.run}`, { timeout: stepTimeoutMs }, () => runStep(stage, step, saved));
    }
    more?.(() => stage);
  });
}

async function writeFiles(dir: string, files: Readonly<Record<string, string>>): Promise<void> {
  await mkdir(dir, { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    const path = join(dir, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
    if (content.startsWith('#!')) await chmod(path, 0o755);
  }
}

/** What kubectl logs of its own watches when its time is up in the moment in which one begins: it says nothing of the server. */
const ownTrouble =
  /^[EW]\d{4} .*\breflector\.go:\d+\] .*(context deadline exceeded|context canceled|very short watch).*\n/gm;

async function runStep({ dir, env, server }: Stage, step: Step, saved: Map<string, string>): Promise<void> {
  const fill = (text: string) => text.replace(/\$\{(\w+)\}/g, (all, name: string) => saved.get(name) ?? all);
  saved.set('server', server.url);
  const result = await runCommand(kubectlFile, words(fill(step.run)), {
    cwd: dir,
    env: step.editor ? { ...env, KUBE_EDITOR: join(dir, step.editor) } : env,
    ...(step.stdin === undefined ? {} : { stdin: fill(step.stdin) }),
  });
  check({ ...result, stderr: result.stderr.replace(ownTrouble, '') }, step);
  if (step.save) saved.set(step.save, result.stdout.trim());
}

function check(result: CommandResult, { code = 0, stdout, stderr, json, without }: Step): void {
  const whole = JSON.stringify(result, undefined, 2).replaceAll('\\n', '\n');
  assert.equal(result.code, code, whole);
  if (stdout !== undefined) matches(result.stdout, stdout, whole);
  if (stderr !== undefined) matches(result.stderr, stderr, whole);
  else if (code === 0) assert.equal(result.stderr, '', whole);
  if (json !== undefined) assertSubset(JSON.parse(result.stdout), json, undefined);
  if (without) assert.doesNotMatch(result.stdout, without);
}

function matches(actual: string, expected: Expected, whole: string): void {
  if (typeof expected === 'string') assert.equal(actual.trimEnd(), expected.trimEnd(), whole);
  else for (const pattern of [expected].flat() as RegExp[]) assert.match(actual, pattern, whole);
}
