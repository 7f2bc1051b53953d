/** One `-----BEGIN …-----` block. */
export interface PemBlock {
  readonly type: string;
  readonly hasHeaders: boolean;
  readonly bytes: Buffer;
}

const blockPattern = /-----BEGIN ([^\r\n]*?)-----[ \t]*\r?\n([\s\S]*?)-----END \1-----/g;
const base64Pattern = /^[A-Za-z0-9+/\s]*={0,2}\s*$/;

/** The blocks of a text in order; what stands between them and what can't be decoded is passed over, as Go's `pem` does. */
export function pemBlocks(text: string): PemBlock[] {
  const blocks: PemBlock[] = [];
  for (const [, type = '', body = ''] of text.matchAll(blockPattern)) {
    const lines = body.split(/\r?\n/);
    const headerCount = lines.findIndex((line) => !line.includes(':'));
    const base64 = lines.slice(Math.max(headerCount, 0)).join('\n');
    if (!base64Pattern.test(base64)) continue;
    blocks.push({ type, hasHeaders: headerCount > 0, bytes: Buffer.from(base64, 'base64') });
  }
  return blocks;
}
