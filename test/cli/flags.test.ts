import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { type FlagName, flags } from '../../src/cli/flags.ts';
import { helpText } from '../../src/cli/help.ts';
import { main } from '../../src/cli/main.ts';
import { noEffectFlags } from '../../src/cli/no-effect-flags.ts';
import { parseFlags } from '../../src/cli/parse-flags.ts';
import { version } from '../../src/version.ts';

/** Runs a command line that must not start a server. */
async function run(...argv: string[]) {
  let [out, err] = ['', ''];
  const code = await main(argv, {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
  });
  return { code, out, err };
}

describe('flags', () => {
  test('are accepted in every form kube-apiserver accepts', () => {
    const cases: [string[], FlagName, unknown][] = [
      [[], 'secure-port', 6443],
      [['--secure-port=1'], 'secure-port', 1],
      [['--secure-port', '1'], 'secure-port', 1],
      [['--secure_port=1', '--secure-port=2'], 'secure-port', 2],
      [['--data-dir='], 'data-dir', ''],
      [['--data-dir=a=b'], 'data-dir', 'a=b'],
      [['--data-dir', '--odd'], 'data-dir', '--odd'],
      [['--anonymous-auth'], 'anonymous-auth', true],
      [['--anonymous-auth=F'], 'anonymous-auth', false],
      [['-v', '4'], 'v', 4],
      [['-v=4'], 'v', 4],
      [['-v4'], 'v', 4],
      [['--v=4'], 'v', 4],
      [
        ['--disable-admission-plugins=A,B', '--disable-admission-plugins', 'C'],
        'disable-admission-plugins',
        ['A', 'B', 'C'],
      ],
      [
        ['--service-cluster-ip-range=10.1.0.0/16,fd00::/108'],
        'service-cluster-ip-range',
        ['10.1.0.0/16', 'fd00::/108'],
      ],
      [['--service-node-port-range=30000-30010'], 'service-node-port-range', { from: 30000, to: 30010 }],
      [['--service-node-port-range=30000+10'], 'service-node-port-range', { from: 30000, to: 30010 }],
      [['--event-ttl=1h30m'], 'event-ttl', 5_400_000],
      [
        ['--runtime-config=api/beta,batch/v1=false', '--runtime-config=api/beta=false'],
        'runtime-config',
        { 'api/beta': false, 'batch/v1': false },
      ],
      [['--storage-key-layout=upstream'], 'storage-key-layout', 'upstream'],
    ];
    for (const [argv, name, expected] of cases) {
      assert.deepEqual(parseFlags(argv).values[name], expected, argv.join(' '));
    }
  });

  test('a key of runtime-config called __proto__ is a key like any other', () => {
    const config = parseFlags(['--runtime-config=__proto__=true']).values['runtime-config'];
    assert.deepEqual(Object.keys(config), ['__proto__']);
  });

  test('what cannot be understood is refused by name, with exit code 1', async () => {
    const cases: [string, RegExp][] = [
      ['--secure-prt=1', /unknown flag: --secure-prt; did you mean --secure-port\?/],
      ['--etcd-server=x', /did you mean --etcd-servers\?/],
      ['--audit-polcy-file=x', /did you mean --audit-policy-file\?/],
      ['--zzzzzz', /unknown flag: --zzzzzz \(see/],
      ['-x', /unknown flag: -x/],
      ['--secure-port', /flag needs an argument: --secure-port/],
      ['--secure-port=http', /invalid value for --secure-port: "http" is not a whole number/],
      ['--secure-port=65536', /--secure-port: 65536 must be between 0 and 65535/],
      ['--anonymous-auth=maybe', /--anonymous-auth: "maybe" is neither true nor false/],
      ['--event-ttl=5', /--event-ttl: time: missing unit in duration "5"/],
      ['--service-cluster-ip-range=10.0.0.0', /--service-cluster-ip-range: "10.0.0.0" is not a CIDR/],
      ['--service-cluster-ip-range=10.0.0.0/24,10.1.0.0/24', /one range, or one of each IP family/],
      ['--service-node-port-range=5-4', /--service-node-port-range: 5-4 is not a range/],
      ['--storage-key-layout=etcd', /--storage-key-layout: "etcd" must be one of binnacle, upstream/],
      ['--runtime-config=api/all=perhaps', /--runtime-config: "perhaps" is neither/],
      ['--etcd-servers=http://root:secret@127.0.0.1:2379', /^(?!.*secret).*passwords are not supported/],
      [
        '--etcd-servers=127.0.0.1:2379',
        /--etcd-servers: "127.0.0.1:2379" is not of the form http:\/\/host:port/,
      ],
      ['--tls-cert-file=x', /--tls-cert-file and --tls-private-key-file go together/],
      ['--request-timeout=-1s', /--request-timeout: -1s must not be negative/],
      ['--http2-max-streams-per-connection=-1', /-1 must be between 0 and/],
      ['--advertise-address=localhost', /--advertise-address: "localhost" is not an IP address/],
      ['--runtime-config=bach/v1', /runtime-config: unknown api groups bach/],
      ['--runtime-config=batch/v7', /runtime-config: group version batch\/v7 that has not been registered/],
      ['--runtime-config=batch/v1/jbos=false', /runtime-config: batch\/v1 has no resource "jbos"/],
      ['--runtime-config=batch', /runtime-config: invalid key batch/],
      ['--runtime-config=api/all=false', /runtime-config: invalid key with only api\/all=false/],
      ['--enable-admission-plugins=LimitRangr', /enable-admission-plugins plugin "LimitRangr" is unknown/],
      ['--disable-admission-plugins=Nobody', /disable-admission-plugins plugin "Nobody" is unknown/],
      ['--admission-control-config-file=nowhere.yaml', /nowhere\.yaml: there is no such file/],
      ['srve', /unknown command "srve"; did you mean serve\?/],
    ];
    const before = await readdir('.');
    for (const [argument, message] of cases) {
      const { code, out, err } = await run(argument);
      assert.equal(code, 1, argument);
      assert.equal(out, '');
      assert.match(err, /^binnacle: .*\n$/, argument);
      assert.match(err, message);
    }
    assert.deepEqual(await readdir('.'), before);
  });

  test("every other flag of kube-apiserver's is accepted and reported once", () => {
    for (const [name, { bare }] of noEffectFlags) {
      assert(!Object.hasOwn(flags, name), name);
      const argv = bare ? [`--${name}`, `--${name}=false`] : [`--${name}=x`, `--${name}`, 'x'];
      assert.deepEqual(parseFlags([...argv, 'serve']), {
        ...parseFlags([]),
        words: ['serve'],
        noEffect: [name],
      });
    }
  });

  test('--help describes every flag, --version says what this is', async () => {
    const { code, out } = await run('serve', '--help');
    assert.equal(code, 0);
    assert.equal(out, helpText());
    for (const name of Object.keys(flags)) assert.match(out, new RegExp(`^  --?${name}\\b`, 'm'));
    assert.deepEqual(await run('--version'), {
      code: 0,
      out: `Binnacle ${version} (Kubernetes v1.36.0)\n`,
      err: '',
    });
    const { version: packageVersion } = JSON.parse(
      await readFile(new URL('../../package.json', import.meta.url), 'utf8'),
    );
    assert.equal(version, packageVersion);
  });
});
