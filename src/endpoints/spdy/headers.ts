import { constants, createInflate } from 'node:zlib';

/** Largest compressed block of headers, bytes; those of port forwarding have fewer than a hundred. */
const maxBlockBytes = 4 * 1024;
/** What a block of that size may grow to at most (zlib has at best 1,032 to 1): so much is taken without waiting for a reader. */
const maxInflatedBytes = 8 * 1024 * 1024;
const maxHeaders = 100;

/** Words of the dictionary that stand behind their length (SPDY draft 3, 2.6.10.1). */
const words =
  'options head post put delete trace accept accept-charset accept-encoding accept-language accept-ranges age allow authorization ' +
  'cache-control connection content-base content-encoding content-language content-length content-location content-md5 content-range ' +
  'content-type date etag expect expires from host if-match if-modified-since if-none-match if-range if-unmodified-since last-modified ' +
  'location max-forwards pragma proxy-authenticate proxy-authorization range referer retry-after server te trailer transfer-encoding ' +
  'upgrade user-agent vary via warning www-authenticate method get status 200_OK version HTTP/1.1 url public set-cookie keep-alive origin';
/** And those behind them, without. */
const texts =
  '100101201202205206300302303304305306307402405406407408409410411412413414415416417502504505' +
  '203 Non-Authoritative Information204 No Content301 Moved Permanently400 Bad Request401 Unauthorized403 Forbidden404 Not Found' +
  '500 Internal Server Error501 Not Implemented503 Service Unavailable' +
  'Jan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec 00:00:00 Mon, Tue, Wed, Thu, Fri, Sat, Sun, GMT' +
  'chunked,text/html,image/png,image/jpg,image/gif,application/xml,application/xhtml+xml,text/plain,text/javascript,' +
  'publicprivatemax-age=gzip,deflate,sdchcharset=utf-8charset=iso-8859-1,utf-,*,enq=0.';

const uint32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};

/** What both sides have in mind before the first block. */
export const dictionary = (): Buffer =>
  Buffer.concat([
    ...words.split(' ').flatMap((word) => [uint32(word.length), Buffer.from(word.replace('_', ' '))]),
    Buffer.from(texts),
  ]);

/** Adler-32 of the dictionary. */
const dictionaryId = 0xe3c6a7c2;

/** Reads the blocks of headers of one direction of a connection, which are one zlib stream. */
export interface HeaderReader {
  /** Rejects with an Error for what is no block of headers. */
  read(block: Uint8Array): Promise<ReadonlyMap<string, string>>;
  close(): void;
}

export function headerReader(): HeaderReader {
  const inflate = createInflate({
    dictionary: dictionary(),
    finishFlush: constants.Z_SYNC_FLUSH,
    readableHighWaterMark: maxInflatedBytes,
  } as object);
  let failure: Error | undefined;
  inflate.on('error', (error) => (failure = error));
  const read: HeaderReader['read'] = async (block) => {
    if (block.length > maxBlockBytes) throw new Error('too many headers');
    await new Promise<void>((resolve, reject) => {
      if (failure) return reject(failure);
      inflate.once('error', reject);
      inflate.write(block, () => {
        inflate.off('error', reject);
        resolve();
      });
    });
    const parts: Buffer[] = [];
    for (let part = inflate.read(); part !== null; part = inflate.read()) parts.push(part);
    return headersIn(Buffer.concat(parts));
  };
  return { read, close: () => void inflate.destroy() };
}

/** Pairs of a name and a value, each behind its length; RangeErrors of who reads beyond the end are errors of the sender. */
function headersIn(bytes: Buffer): ReadonlyMap<string, string> {
  let at = 0;
  const number = () => bytes.readUInt32BE((at += 4) - 4);
  const text = () => {
    const length = number();
    if (length > bytes.length - at) throw new RangeError('a header ends too early');
    at += length;
    return bytes.toString('latin1', at - length, at);
  };
  const count = number();
  if (count > maxHeaders) throw new Error('too many headers');
  return new Map(Array.from({ length: count }, () => [text().toLowerCase(), text()] as const));
}

/**
 * Blocks without headers, the only ones that are sent: two stored blocks of zlib each, one with the number of headers and one with
 * nothing, which ends it as a flush does; the first behind the name of the dictionary (RFC 1950, 2.2; RFC 1951, 3.2.4).
 */
export function emptyBlocks(): () => Buffer {
  const none = Buffer.from([0, 4, 0, 0xfb, 0xff, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]);
  let begun = false;
  return () => {
    if (begun) return none;
    begun = true;
    return Buffer.concat([Buffer.from([0x78, 0x20]), uint32(dictionaryId), none]);
  };
}
