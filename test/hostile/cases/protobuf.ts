import { allowed, type Case, configMaps, post, refused, withType } from './case.ts';

const type = 'application/vnd.kubernetes.protobuf';
const dry = `${configMaps}?dryRun=All`;
const magic = Buffer.from('k8s\0', 'latin1');

function varint(value: bigint | number): Buffer {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  do {
    bytes.push(Number(rest & 0x7fn) | (rest > 0x7fn ? 0x80 : 0));
    rest >>= 7n;
  } while (rest > 0n);
  return Buffer.from(bytes);
}

const tag = (field: number, wireType: number) => varint((field << 3) | wireType);

/** A length-delimited field. */
const bytes = (field: number, content: Uint8Array | string): Buffer => {
  const body = Buffer.from(content as string);
  return Buffer.concat([tag(field, 2), varint(body.length), body]);
};

/** `runtime.Unknown`: typeMeta = 1, raw = 2. */
const envelope = (raw: Uint8Array, kind = 'ConfigMap', apiVersion = 'v1') =>
  Buffer.concat([magic, bytes(1, Buffer.concat([bytes(1, apiVersion), bytes(2, kind)])), bytes(2, raw)]);

/** `metadata` is field 1 of every kind, `name` field 1 of it. */
const named = bytes(1, bytes(1, 'p'));

const sent = (body: Uint8Array, path = dry) => withType(post(body, path), type);

const object = (...fields: readonly Uint8Array[]) => sent(envelope(Buffer.concat([named, ...fields])));

const revisions = '/apis/apps/v1/namespaces/default/controllerrevisions?dryRun=All';

/** A ControllerRevision whose data (a RawExtension) holds these bytes. */
const revision = (raw: string) =>
  sent(
    envelope(
      Buffer.concat([named, bytes(2, bytes(1, raw)), tag(3, 0), varint(1)]),
      'ControllerRevision',
      'apps/v1',
    ),
    revisions,
  );

const nested = (levels: number): Buffer => {
  let message: Buffer = Buffer.alloc(0);
  for (let i = 0; i < levels; i++) message = bytes(1, message);
  return message;
};

const endless = Buffer.alloc(11, 0xff);

const endsEarly = /^ConfigMap in version "v1" cannot be handled as a ConfigMap: unexpected EOF$/;
const negativeLength = /: proto: negative length found during unmarshaling$/;
const wrongType = (wireType: number, field: string) =>
  new RegExp(`: proto: wrong wireType = ${wireType} for field ${field}$`);

export const protobuf: readonly Case[] = [
  allowed('a proper object', object(bytes(2, Buffer.concat([bytes(1, 'a'), bytes(2, 'b')]))), 201),
  allowed(
    'fields that nobody knows',
    object(
      bytes(900, 'x'),
      Buffer.concat([tag(901, 0), varint(5)]),
      Buffer.concat([tag(902, 5), Buffer.alloc(4)]),
      Buffer.concat([tag(903, 1), Buffer.alloc(8)]),
    ),
    201,
  ),
  allowed(
    'a map entry with the key __proto__',
    object(bytes(2, Buffer.concat([bytes(1, '__proto__'), bytes(2, 'b')]))),
    201,
    ({ body }) => {
      if (!body.includes('"__proto__":"b"')) throw new Error(body.toString());
    },
  ),
  refused('no bytes', sent(Buffer.alloc(0)), 400, /: empty data \(<empty>\)$/),
  refused('the magic bytes alone', sent(magic), 400, /: empty body \(6b387300\)$/),
  refused('other magic bytes', sent(Buffer.from('k8t\0abc')), 400),
  refused('JSON', sent(Buffer.from('{"metadata":{"name":"p"}}')), 400),
  refused('zeros', sent(Buffer.concat([magic, Buffer.alloc(1_000)])), 400, /proto: Unknown: illegal tag 0/),
  refused('ones', sent(Buffer.concat([magic, Buffer.alloc(1_000, 0xff)])), 400, /proto: integer overflow/),
  refused('another kind', sent(envelope(named, 'Secret')), 400),
  refused('another version', sent(envelope(named, 'ConfigMap', 'v9')), 400),
  ...[1, 2, 3, 5, 8].map((cut) =>
    refused(
      `an object without its last ${cut} bytes`,
      sent(
        envelope(Buffer.concat([named, bytes(2, Buffer.concat([bytes(1, 'a'), bytes(2, 'b')]))])).subarray(
          0,
          -cut,
        ),
      ),
      400,
    ),
  ),
  refused(
    'a message without its last byte in a whole envelope',
    sent(envelope(named.subarray(0, -1))),
    400,
    endsEarly,
  ),
  refused('a length beyond the end', object(Buffer.concat([tag(2, 2), varint(1_000_000)])), 400, endsEarly),
  refused('a negative length', object(Buffer.concat([tag(2, 2), varint(-1n)])), 400, negativeLength),
  refused('a length of 2^63', object(Buffer.concat([tag(2, 2), varint(2n ** 63n)])), 400, negativeLength),
  refused('a varint without an end', object(Buffer.concat([tag(2, 0), endless])), 400),
  refused('a tag without an end', object(endless), 400, /: proto: integer overflow$/),
  refused(
    'a number where a message belongs',
    object(Buffer.concat([tag(2, 0), varint(5)])),
    400,
    wrongType(0, 'Data'),
  ),
  refused(
    'a number where a name belongs',
    sent(envelope(bytes(1, Buffer.concat([tag(1, 0), varint(5)])))),
    400,
    wrongType(0, 'Name'),
  ),
  refused(
    'a text where a number belongs',
    sent(envelope(bytes(1, Buffer.concat([bytes(1, 'p'), bytes(7, 'x')])))),
    400,
    wrongType(2, 'Generation'),
  ),
  refused(
    'eight bytes where a text belongs',
    sent(envelope(bytes(1, Buffer.concat([tag(1, 1), Buffer.alloc(8)])))),
    400,
    wrongType(1, 'Name'),
  ),
  refused('the wire types 6 and 7', object(Buffer.concat([tag(2, 6), tag(2, 7)])), 400, wrongType(6, 'Data')),
  refused(
    'the end of a group that never began',
    object(tag(900, 4)),
    400,
    /proto: ConfigMap: wiretype end group for non-group$/,
  ),
  refused(
    'a million beginnings of groups where a boolean belongs',
    object(Buffer.alloc(1_000_000, tag(4, 3))),
    400,
    wrongType(3, 'Immutable'),
  ),
  refused('a million beginnings of groups', object(Buffer.alloc(1_000_000, tag(900, 3))), 400),
  refused('a group that does not end', object(tag(900, 3)), 400, endsEarly),
  refused('a group that ends as another', object(Buffer.concat([tag(900, 3), tag(901, 4)])), 400),
  allowed('a whole group that nobody knows', object(Buffer.concat([tag(900, 3), tag(900, 4)])), 201),
  refused(
    'invalid UTF-8',
    object(bytes(2, Buffer.concat([bytes(1, Buffer.from([0xff, 0xfe])), bytes(2, 'b')]))),
    400,
    /string field contains invalid UTF-8$/,
  ),
  refused(
    'invalid UTF-8 in a value',
    object(bytes(2, Buffer.concat([bytes(1, 'a'), bytes(2, Buffer.from([0xc3]))]))),
    400,
  ),
  refused(
    'a time beyond all years',
    sent(
      envelope(
        bytes(1, Buffer.concat([bytes(1, 'p'), bytes(9, Buffer.concat([tag(1, 0), varint(2n ** 62n)]))])),
      ),
    ),
    400,
  ),
  refused(
    'a generation beyond 2^53',
    sent(envelope(bytes(1, Buffer.concat([bytes(1, 'p'), tag(7, 0), varint(2n ** 60n)])))),
    400,
  ),
  refused('messages in 10,000 levels', sent(envelope(nested(10_000))), [400, 422]),
  refused(
    'CRD schemas in 500 levels',
    sent(
      envelope(
        Buffer.concat([
          named,
          bytes(
            2,
            bytes(
              7,
              bytes(
                4,
                bytes(
                  1,
                  Array.from({ length: 500 }).reduce((inner: Buffer) => bytes(23, inner), Buffer.alloc(0)),
                ),
              ),
            ),
          ),
        ]),
        'CustomResourceDefinition',
        'apiextensions.k8s.io/v1',
      ),
      '/apis/apiextensions.k8s.io/v1/customresourcedefinitions?dryRun=All',
    ),
    [400, 422],
  ),
  refused('an embedded object that is no JSON', revision('{'), 400, /unexpected end of JSON input/),
  refused(
    'an embedded object in 100,000 levels',
    revision(`{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`),
    400,
    /exceeded max depth$/,
  ),
  refused(
    'an embedded number beyond 2^53',
    revision('{"a":9007199254740993}'),
    400,
    /9007199254740993 is out of range/,
  ),
  refused(
    '3 MB of empty map entries',
    object(Buffer.alloc(3_000_000, Buffer.from([0x12, 0x00]))),
    [400, 422],
  ),
  refused(
    'a million labels',
    sent(
      envelope(bytes(1, Buffer.concat([bytes(1, 'p'), Buffer.alloc(1_000_000, bytes(11, bytes(1, '')))]))),
    ),
    [400, 422],
  ),
  refused('a body over 3 MiB', object(Buffer.alloc(3_200_000)), 413),
  refused(
    'as a patch',
    withType(
      { method: 'PATCH', path: '/api/v1/namespaces/canary/configmaps/bird', body: envelope(named) },
      type,
    ),
    415,
  ),
  refused('as an answer', { path: configMaps, headers: [['accept', type]] }, 406),
];
