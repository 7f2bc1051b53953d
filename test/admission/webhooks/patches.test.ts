import assert from 'node:assert/strict';
import { test } from 'node:test';
import { configMap, expectCode, expectFailure } from '../../helpers/api.ts';
import { allow, type Behaviour, base64, change, configMaps, hooked } from './kit.ts';

/** Patches that cannot be applied: a fault whatever the failure policy. */
const unusable: readonly (readonly [operations: readonly (object | null)[], why: string])[] = [
  [
    [{ op: 'add', path: '/nope/x', value: 1 }],
    'add operation does not apply: doc is missing path: "/nope/x": missing value',
  ],
  [
    [{ op: 'remove', path: '/nope/x' }],
    'remove operation does not apply: doc is missing path: "/nope/x": missing value',
  ],
  [
    [{ op: 'remove', path: '/data/nope' }],
    "error in remove for path: '/data/nope': Unable to remove nonexistent key: nope: missing value",
  ],
  [[{ op: 'test', path: '/data/k', value: 'other' }], 'testing value /data/k failed: test failed'],
  [[{ op: 'frobnicate', path: '/data/k' }], 'Unexpected kind: frobnicate'],
  [[{ path: '/data/k' }], 'Unexpected kind: unknown'],
  [[null], 'Unexpected kind: unknown'],
  [[{ op: 'replace', path: '', value: null }], 'replace operation value must be object or array: %!w(<nil>)'],
  [
    [
      { op: 'add', path: '/metadata/ownerReferences', value: [] },
      { op: 'add', path: '/metadata/ownerReferences/5', value: {} },
    ],
    "error in add for path: '/metadata/ownerReferences/5': Unable to access invalid index: 5: invalid index referenced",
  ],
  [[{ op: 'add', value: 1 }], 'add operation failed to decode path: missing value'],
  [
    [{ op: 'replace', path: '/data/k', value: 1 }],
    'json: cannot unmarshal number into Go struct field ConfigMap.data of type string',
  ],
  [
    [{ op: 'replace', path: '/data', value: 'x' }],
    'json: cannot unmarshal string into Go struct field ConfigMap.data of type map[string]string',
  ],
  [
    [{ op: 'replace', path: '/kind', value: 'Nonsense' }],
    'no kind "Nonsense" is registered for version "v1" in scheme "pkg/api/legacyscheme/scheme.go:30"',
  ],
  [
    [{ op: 'replace', path: '/apiVersion', value: 'apps/v1' }],
    'no kind "ConfigMap" is registered for version "apps/v1" in scheme "pkg/api/legacyscheme/scheme.go:30"',
  ],
];

/** Patches that are none: the failure policy decides. */
const unreadable: readonly (readonly [patch: unknown, why: string, patchType?: string])[] = [
  ['!', 'failed to call webhook: illegal base64 data at input byte 0'],
  [
    [{ op: 'add' }],
    'failed to call webhook: json: cannot unmarshal object into Go struct field AdmissionResponse.response.patch of type uint8',
  ],
  [
    base64('{}'),
    'received undecodable patch in webhook response: json: cannot unmarshal object into Go value of type jsonpatch.Patch',
  ],
  [
    base64('1'),
    'received undecodable patch in webhook response: json: cannot unmarshal number into Go value of type jsonpatch.Patch',
  ],
  [
    base64('nope'),
    "received undecodable patch in webhook response: invalid character 'o' in literal null (expecting 'u')",
  ],
  [base64('[{}]'), 'unsupported patch type "MergePatch"', 'MergePatch'],
];

for (const failurePolicy of ['Fail', 'Ignore']) {
  test(`a patch that cannot be used, with the failure policy ${failurePolicy}`, async (t) => {
    const use = await hooked(t);
    await use.mutating('m', use.hook('m', allow(), { failurePolicy }));
    const post = () => use.api.post(`${configMaps}?dryRun=All`, configMap('a', { k: 'v' }));
    for (const [operations, why] of unusable) {
      use.behave('m', change(operations as object[]));
      const { message, details } = expectFailure(await post(), 500, 'InternalError');
      assert.equal(message, `Internal error occurred: ${why}`);
      assert.deepEqual(details, { causes: [{ message: why }] });
    }
    for (const [patch, why, patchType = 'JSONPatch'] of unreadable) {
      use.behave('m', allow({ patch, patchType }));
      const answer = await post();
      if (failurePolicy === 'Ignore') {
        assert.deepEqual(expectCode(answer, 201).data, { k: 'v' });
      } else {
        const { message } = expectFailure(answer, 500, 'InternalError');
        assert.equal(message, `Internal error occurred: failed calling webhook "m.example.com": ${why}`);
      }
    }
  });
}

test('patches that look odd and are fine', async (t) => {
  const use = await hooked(t);
  await use.mutating('m', use.hook('m', allow()));
  const encoded = base64([{ op: 'add', path: '/data/p', value: '1' }]);
  const odd: readonly (readonly [Behaviour, object])[] = [
    [change([]), { k: 'v' }],
    [allow({ patchType: 'JSONPatch', patch: base64('null') }), { k: 'v' }],
    [allow({ patchType: 'JSONPatch', patch: encoded.replace(/.{8}/g, '$&\n') }), { k: 'v', p: '1' }],
    [
      change([
        { op: 'remove', path: '/apiVersion' },
        { op: 'remove', path: '/kind' },
      ]),
      { k: 'v' },
    ],
    [change([{ op: 'replace', path: '/data/nope', value: '1' }]), { k: 'v', nope: '1' }],
    [change([{ op: 'add', path: '/data/p' }]), { k: 'v', p: '' }],
    [change([{ op: 'copy', from: '/nope', path: '/data/x' }]), { k: 'v', x: '' }],
    [change([{ op: 'test', path: '/data/nope', value: null }]), { k: 'v' }],
    [change([{ op: 'add', path: '/Data', value: { other: 'case' } }]), { k: 'v' }],
    [change([{ op: 'remove', path: '/metadata/namespace' }]), { k: 'v' }],
    [change([{ op: 'add', path: '/metadata/creationTimestamp', value: '2001-01-01T00:00:00Z' }]), { k: 'v' }],
    [
      change([
        { op: 'test', path: '/data/k', value: 'v' },
        { op: 'copy', from: '/data/k', path: '/data/c' },
        { op: 'move', from: '/data/k', path: '/data/m' },
      ]),
      { c: 'v', m: 'v' },
    ],
    [change([{ op: 'add', path: '/nonsense', value: { a: 1 } }]), { k: 'v' }],
    [
      change([
        { op: 'add', path: '/data/a~1b', value: '1' },
        { op: 'remove', path: '/data/a~1b' },
      ]),
      { k: 'v' },
    ],
  ];
  for (const [behaviour, data] of odd) {
    use.behave('m', behaviour);
    const answer = await use.api.post(`${configMaps}?dryRun=All`, configMap('a', { k: 'v' }));
    const { data: found, metadata } = expectCode(answer, 201);
    assert.deepEqual(found, data);
    assert.equal(metadata.creationTimestamp, '2026-01-01T00:00:00Z');
  }
});
