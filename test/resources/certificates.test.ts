import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { KubeObject } from '../../src/apimachinery/object.ts';
import { definition as csrs } from '../../src/resources/certificates/certificatesigningrequests/definition.ts';
import { definition as bundles } from '../../src/resources/certificates/clustertrustbundles/definition.ts';
import { definition as podRequests } from '../../src/resources/certificates/podcertificaterequests/definition.ts';
import type { ObjectSubresource } from '../../src/scheme/definition.ts';
import { caPem, leafPem, requestPem } from './certificates-fixtures.ts';
import { cells, contextOf, defaulted, manifest, now, problems, updateProblems } from './helper.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');
const request = base64(requestPem);
const spec = { request, signerName: 'example.com/signer', usages: ['client auth'] };

const csr = (fields: Record<string, unknown>, status: unknown = undefined): KubeObject =>
  manifest(csrs, { spec: { ...spec, ...fields }, ...(status === undefined ? {} : { status }) });

describe('certificate signing requests', () => {
  const tampered = base64(requestPem.replace('MIHYMH8', 'MIHYMH9'));
  const table: [Record<string, unknown>, RegExp | undefined][] = [
    [{}, undefined],
    [
      { request: base64('x') },
      /^spec.request: Invalid value: "eA==": PEM block type must be CERTIFICATE REQUEST$/,
    ],
    [{ request: '' }, /^spec.request: Invalid value: "": PEM block type must be CERTIFICATE REQUEST$/],
    [
      { request: undefined },
      /^spec.request: Invalid value: null: PEM block type must be CERTIFICATE REQUEST$/,
    ],
    [{ request: tampered }, /^spec.request: Invalid value: ".*": x509: signature verification failure$/],
    [{ usages: [] }, /^spec.usages: Required value$/],
    [
      { usages: ['flying'] },
      /^spec.usages\[0\]: Unsupported value: "flying": supported values: "any", "cert sign"/,
    ],
    [{ usages: ['any', 'any'] }, /^spec.usages\[1\]: Duplicate value: "any"$/],
    [{ signerName: '' }, /^spec.signerName: Required value$/],
    [
      { signerName: 'kubernetes.io/legacy-unknown' },
      /^spec.signerName: .*: the legacy signerName is not allowed via this API version$/,
    ],
    [
      { signerName: 'nodots' },
      /must be a fully qualified domain and path of the form 'example.com\/signer-name'$/,
    ],
    [
      { signerName: 'nodots/a' },
      /"nodots": should be a domain with at least two segments separated by dots$/,
    ],
    [{ signerName: 'a.b/A' }, /^spec.signerName: Invalid value: "A": validating label "A": /],
    [
      { expirationSeconds: 599 },
      /^spec.expirationSeconds: Invalid value: 599: may not specify a duration less than 600 seconds \(10 minutes\)$/,
    ],
  ];
  for (const [fields, expected] of table) {
    test(JSON.stringify(fields).slice(0, 80), () => {
      const found = problems(csrs, csr(fields));
      if (expected === undefined) assert.deepEqual(found, []);
      else {
        assert.equal(found.length, 1, found.join('\n'));
        assert.match(found[0]!, expected);
      }
    });
  }

  test('record who asks, not what the sender says', () => {
    const object = csr({ username: 'root', groups: ['system:masters'], uid: '1' });
    const user = { name: 'ann', groups: ['devs'], extra: { a: ['b'] } };
    csrs.strategy.prepareForCreate!(object, contextOf(user));
    assert.deepEqual(object['spec'], { ...spec, username: 'ann', groups: ['devs'], extra: { a: ['b'] } });
  });

  test('keep their spec', () => {
    const object = csr({ usages: ['any'] });
    csrs.strategy.prepareForUpdate!(object, csr({}), contextOf());
    assert.deepEqual(object['spec'], spec);
  });

  const through = (subresource: string, status: unknown, old: unknown) => {
    const { strategy } = csrs.subresources[subresource] as ObjectSubresource;
    const [object, before] = [csr({}, status), csr({}, old)];
    strategy.prepareForUpdate!(object, before, contextOf());
    return { object, problems: updateProblems(csrs, object, before, subresource) };
  };
  const approved = { type: 'Approved', status: 'True', reason: 'ok' };

  test('approval stamps its condition', () => {
    const { object, problems: found } = through('approval', { conditions: [approved] }, {});
    assert.deepEqual(found, []);
    assert.deepEqual(object['status'], {
      conditions: [{ ...approved, lastUpdateTime: now, lastTransitionTime: now }],
    });
  });

  test('a decision can be neither undone nor contradicted', () => {
    assert.deepEqual(through('approval', {}, { conditions: [approved] }).problems, [
      'status.conditions: Forbidden: updates may not remove a condition of type "Approved"',
    ]);
    const both = [approved, { type: 'Denied', status: 'True' }];
    assert.deepEqual(through('approval', { conditions: both }, {}).problems, [
      'status.conditions: Invalid value: "Denied": Approved and Denied conditions are mutually exclusive',
    ]);
    assert.deepEqual(
      through('approval', { conditions: [{ type: 'Denied', status: 'False' }] }, {}).problems,
      ['status.conditions[0].status: Unsupported value: "False": supported values: "True"'],
    );
  });

  test('only approval decides', () => {
    assert.deepEqual(through('status', { conditions: [approved] }, {}).problems, [
      'status.conditions: Forbidden: updates may not add a condition of type "Approved"',
    ]);
    const { object, problems: found } = through(
      'status',
      { conditions: [{ ...approved, reason: 'other' }] },
      { conditions: [approved] },
    );
    assert.deepEqual(found, []);
    assert.equal((object['status'] as { conditions: { reason: string }[] }).conditions[0]!.reason, 'ok');
  });

  test('a certificate is set once', () => {
    assert.deepEqual(through('status', { certificate: base64(caPem) }, {}).problems, []);
    assert.deepEqual(through('status', { certificate: base64('x') }, {}).problems, [
      'status.certificate: Invalid value: "<certificate data>": must contain at least one CERTIFICATE PEM block',
    ]);
    const old = { certificate: base64(leafPem) };
    assert.deepEqual(through('status', { certificate: base64(caPem) }, old).problems, [
      'status.certificate: Forbidden: updates may not modify existing certificate content',
    ]);
  });

  test('table', () => {
    const rows: [unknown, unknown, string][] = [
      [undefined, {}, 'Pending'],
      [86400, { conditions: [{ type: 'Approved' }], certificate: 'eA==' }, 'Approved,Issued'],
      [600, { conditions: [{ type: 'Denied' }, { type: 'Failed' }] }, 'Denied,Failed'],
    ];
    for (const [expirationSeconds, status, condition] of rows) {
      const object = csr({ username: 'ann', ...(expirationSeconds ? { expirationSeconds } : {}) }, status);
      const found = cells(csrs, object);
      assert.deepEqual(found.slice(2, 4), ['example.com/signer', 'ann']);
      assert.equal(found[5], condition);
    }
    assert.equal(cells(csrs, csr({ expirationSeconds: 86400 }))[4], '24h');
    assert.equal(cells(csrs, csr({}))[4], '<none>');
  });
});

describe('cluster trust bundles', () => {
  const bundle = (name: string, trustBundle: string, signerName?: string) =>
    manifest(bundles, { spec: { trustBundle, ...(signerName ? { signerName } : {}) } }, { name });
  const table: [string, KubeObject, string[]][] = [
    ['good', bundle('a', caPem), []],
    ['of a signer', bundle('example.com:signer:a', caPem, 'example.com/signer'), []],
    [
      'of a signer, badly named',
      bundle('a', caPem, 'example.com/signer'),
      [
        'metadata.name: Invalid value: "a": ClusterTrustBundle for signerName example.com/signer must be named with prefix example.com:signer:',
      ],
    ],
    [
      'colon without signer',
      bundle('a:b', caPem),
      [
        'metadata.name: Invalid value: "a:b": ClusterTrustBundle without signer name must not have ":" in its name',
      ],
    ],
    [
      'empty',
      bundle('a', ''),
      ['spec.trustBundle: Invalid value: "<value omitted>": at least one trust anchor must be provided'],
    ],
    [
      'twice the same',
      bundle('a', caPem + caPem),
      ['spec.trustBundle: Invalid value: "<value omitted>": duplicate trust anchor (indices [0 1])'],
    ],
    [
      'no CA',
      bundle('a', leafPem),
      ['spec.trustBundle: Invalid value: "<value omitted>": entry 0 does not have the CA bit set'],
    ],
    [
      'a request',
      bundle('a', requestPem),
      ['spec.trustBundle: Invalid value: "<value omitted>": entry 0 has bad block type: CERTIFICATE REQUEST'],
    ],
  ];
  for (const [name, object, expected] of table) {
    test(name, () => assert.deepEqual(problems(bundles, object), expected));
  }
});

describe('pod certificate requests', () => {
  const der = requestPem.split('\n').slice(1, -2).join('');
  const valid = {
    signerName: 'example.com/signer',
    podName: 'p',
    podUID: '1',
    serviceAccountName: 's',
    serviceAccountUID: '2',
    nodeName: 'n',
    nodeUID: '3',
    stubPKCS10Request: der,
  };
  const of = (fields: Record<string, unknown>) => manifest(podRequests, { spec: { ...valid, ...fields } });

  test('live a day unless they say otherwise', () => {
    const { maxExpirationSeconds } = defaulted(podRequests, of({}))['spec'] as Record<string, unknown>;
    assert.equal(maxExpirationSeconds, 86400);
  });

  const table: [Record<string, unknown>, string[]][] = [
    [{}, []],
    [{ podUID: '' }, ['spec.podUID: Invalid value: "": must not be empty']],
    [
      { maxExpirationSeconds: 60 },
      ['spec.maxExpirationSeconds: Invalid value: 60: must be in the range [3600, 7862400]'],
    ],
    [
      { proofOfPossession: 'eA==' },
      [
        'spec: Invalid value: exactly one of (stubPKCS10Request) or (pkixPublicKey, proofOfPossession) must be set',
      ],
    ],
    [{ stubPKCS10Request: 'eA==' }, ['spec.stubPKCS10Request: Invalid value: must be a valid PKCS#10 CSR']],
  ];
  for (const [fields, expected] of table) {
    test(JSON.stringify(fields), () => assert.deepEqual(problems(podRequests, of(fields)), expected));
  }

  test('an outcome stands', () => {
    const denied = { type: 'Denied', status: 'True', reason: 'No', lastTransitionTime: now };
    const old = { ...of({}), status: {} };
    const status = (value: unknown) => ({ ...of({}), status: value });
    const update = (value: unknown, before: KubeObject) =>
      updateProblems(podRequests, status(value) as KubeObject, before, 'status');
    assert.deepEqual(update({ conditions: [denied] }, old), []);
    assert.deepEqual(update({}, status({ conditions: [denied] }) as KubeObject), [
      'status: Invalid value: immutable after PodCertificateRequest is issued, denied, or failed',
    ]);
    assert.deepEqual(update({ conditions: [denied], certificateChain: 'x' }, old), [
      'status: Invalid value: non-condition status fields must be empty when denying or failing the PodCertificateRequest',
    ]);
  });
});
