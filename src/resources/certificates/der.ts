/** One element of a DER encoding. */
export interface DerElement {
  /** The first byte: class, form and number of the tag. */
  readonly tag: number;
  /** The whole element, header included. */
  readonly bytes: Buffer;
  readonly content: Buffer;
}

export const derTag = { sequence: 0x30, oid: 0x06, bitString: 0x03, integer: 0x02, bmpString: 0x1e } as const;

/** Longest length field that is read: enough for 16 MiB, far above every limit on requests. */
const maxLengthBytes = 3;

/** The elements that stand side by side in `bytes`. Throws when they don't fill it exactly. */
export function readDer(bytes: Buffer): DerElement[] {
  const elements: DerElement[] = [];
  for (let at = 0; at < bytes.length; ) {
    const element = readElement(bytes.subarray(at));
    elements.push(element);
    at += element.bytes.length;
  }
  return elements;
}

function readElement(bytes: Buffer): DerElement {
  const first = bytes[1];
  if (first === undefined) throw new Error('asn1: syntax error: data truncated');
  const lengthBytes = first < 0x80 ? 0 : first & 0x7f;
  if (lengthBytes > maxLengthBytes || first === 0x80) throw new Error('asn1: syntax error: invalid length');
  const header = 2 + lengthBytes;
  if (bytes.length < header) throw new Error('asn1: syntax error: data truncated');
  const length = lengthBytes === 0 ? first : bytes.readUIntBE(2, lengthBytes);
  if (bytes.length < header + length) throw new Error('asn1: syntax error: data truncated');
  return {
    tag: bytes[0]!,
    bytes: bytes.subarray(0, header + length),
    content: bytes.subarray(header, header + length),
  };
}

/** The parts of a SEQUENCE. Throws when the element is none. */
export function sequenceOf(element: DerElement | undefined): DerElement[] {
  if (element?.tag !== derTag.sequence) throw new Error('asn1: structure error: sequence expected');
  return readDer(element.content);
}

/** `1.2.840.10045.4.3.2` */
export function oidText(element: DerElement | undefined): string {
  if (element?.tag !== derTag.oid || element.content.length === 0) {
    throw new Error('asn1: structure error: object identifier expected');
  }
  const numbers: number[] = [];
  let value = 0;
  for (const byte of element.content) {
    value = value * 128 + (byte & 0x7f);
    if (byte & 0x80) continue;
    numbers.push(value);
    value = 0;
  }
  const [head = 0, ...rest] = numbers;
  const root = Math.min(Math.floor(head / 40), 2);
  return [root, head - root * 40, ...rest].join('.');
}
