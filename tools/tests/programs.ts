import { spawnSync } from 'node:child_process';
import process from 'node:process';

/** Tests that drive the server with a program that is not a package of this project. */
export interface RealClientSuite {
  /** Below the root, with a slash at the end. */
  readonly directory: string;
  readonly program: string;
  /** Names another binary than the one on the PATH; tests read it too. */
  readonly variable: string;
  readonly versionArguments: readonly string[];
  /** Major and minor. */
  readonly atLeast: readonly [number, number];
  readonly howToGet: string;
}

export const realClientSuites: readonly RealClientSuite[] = [
  {
    directory: 'test/kubectl/',
    program: 'kubectl',
    variable: 'KUBECTL',
    versionArguments: ['version', '--client', '--output=json'],
    atLeast: [1, 32],
    howToGet:
      'Install kubectl 1.32 or newer (Debian 13: apt-get install kubernetes-client; .ci/run does it on Debian 12), or set KUBECTL to its path.',
  },
  {
    directory: 'test/etcd/',
    program: 'etcd',
    variable: 'ETCD',
    versionArguments: ['--version'],
    atLeast: [3, 5],
    howToGet:
      'Install etcd 3.5.13 or newer (Debian 13: apt-get install etcd-server; .ci/run does it on Debian 12), or set ETCD to its path.',
  },
];

/** Why the suite's program cannot be used; undefined when it can. */
export function findProgram({
  program,
  variable,
  versionArguments,
  atLeast,
}: RealClientSuite): string | undefined {
  const command = process.env[variable] ?? program;
  const { error, status, stdout } = spawnSync(command, versionArguments, {
    encoding: 'utf8',
    timeout: 30_000,
  });
  if (error) return `${command} cannot be run (${(error as NodeJS.ErrnoException).code ?? error.message})`;
  const match = /\bv?(\d+)\.(\d+)\.\d+/.exec(stdout);
  if (status !== 0 || !match) return `${command} ${versionArguments.join(' ')} does not tell its version`;
  const [major, minor] = [Number(match[1]), Number(match[2])];
  const enough = major > atLeast[0] || (major === atLeast[0] && minor >= atLeast[1]);
  return enough ? undefined : `${command} is ${match[0]}, and ${atLeast.join('.')} or newer is needed`;
}
