/**
 * Just enough HPACK (RFC 7541) for a load generator: requests as literals without indexing, and of an answer nothing but
 * its status, which stands first. The peer is told to keep no dynamic table.
 */

/** Positions in the static table. */
const indexOfName = { ':authority': 1, ':method': 2, ':path': 4 } as const;
const indexed: Readonly<Record<string, number>> = { GET: 0x82, POST: 0x83, https: 0x87 };

function integer(value: number, prefixBits: number): number[] {
  const limit = 2 ** prefixBits - 1;
  if (value < limit) return [value];
  const bytes = [limit];
  let rest = value - limit;
  for (; rest >= 128; rest >>= 7) bytes.push((rest & 127) | 128);
  return [...bytes, rest];
}

const text = (value: string): Buffer =>
  Buffer.concat([Buffer.from(integer(value.length, 7)), Buffer.from(value, 'latin1')]);

const literal = (name: string, value: string): Buffer =>
  name in indexOfName
    ? Buffer.concat([Buffer.from([indexOfName[name as keyof typeof indexOfName]]), text(value)])
    : Buffer.concat([Buffer.from([0]), text(name), text(value)]);

/** The fields of a request that are the same every time. */
export const commonFields = (
  method: string,
  authority: string,
  headers: Readonly<Record<string, string>>,
): Buffer =>
  Buffer.concat(
    [
      indexed[method] === undefined ? literal(':method', method) : Buffer.from([indexed[method]]),
      Buffer.from([indexed['https']!]),
      literal(':authority', authority),
    ].concat(Object.entries(headers).map(([name, value]) => literal(name, value))),
  );

/** `:path`; pseudo fields must stand before the others, so this goes in front of `commonFields`. */
export const pathField = (path: string): Buffer => literal(':path', path);

const statusesOfIndex = [200, 204, 206, 304, 400, 404, 500];
const firstStatusIndex = 8;

/** The status of a header block; 0 when it cannot be told. */
export function statusOf(block: Uint8Array): number {
  let at = 0;
  // Changes of the table size may stand before the first field.
  while ((block[at]! & 0xe0) === 0x20) at++;
  const first = block[at]!;
  if (first & 0x80) return statusesOfIndex[(first & 0x7f) - firstStatusIndex] ?? 0;
  const nameIndex = first & 0x40 ? first & 0x3f : first & 0x0f;
  if (nameIndex < firstStatusIndex || nameIndex >= firstStatusIndex + statusesOfIndex.length) return 0;
  const length = block[at + 1]!;
  const value = block.subarray(at + 2, at + 2 + (length & 0x7f));
  return Number(length & 0x80 ? huffmanDigits(value) : Buffer.from(value).toString('latin1'));
}

/** Digits in the Huffman code of RFC 7541, appendix B: 0 to 2 take five bits, 3 to 9 six. */
function huffmanDigits(bytes: Uint8Array): string {
  let bits = '';
  for (const byte of bytes) bits += byte.toString(2).padStart(8, '0');
  let digits = '';
  for (let at = 0; at + 5 <= bits.length && digits.length < 3; ) {
    const short = Number.parseInt(bits.slice(at, at + 5), 2);
    if (short <= 2) {
      digits += short;
      at += 5;
    } else {
      digits += Number.parseInt(bits.slice(at, at + 6), 2) - 0x19 + 3;
      at += 6;
    }
  }
  return digits;
}
