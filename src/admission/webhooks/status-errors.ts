import { isRecord } from '../../apimachinery/object.ts';

/** Characters of an answer that a message quotes. */
const maxQuoted = 2_048;

/** Statuses that say something about the request alone (`NewGenericServerResponse`). */
const texts: Readonly<Record<number, string>> = {
  400: 'the server rejected our request for an unknown reason',
  401: 'the server has asked for the client to provide credentials',
  404: 'the server could not find the requested resource',
  405: 'the server does not allow this method on the requested resource',
  409: 'the server reported a conflict',
  422: 'the server rejected our request due to an error in our request',
  429: 'the server has received too many requests and has asked us to try again later',
  503: 'the server is currently unable to handle the request',
  504: 'the server was unable to return a response in the time allotted, but may still be processing the request',
};

const accepted: ReadonlySet<number> = new Set([200, 201, 202, 204]);

/** What is wrong with an answer that came with this status; undefined when nothing is. */
export function statusErrorText(status: number, contentType: string, bytes: Buffer): string | undefined {
  if (accepted.has(status)) return undefined;
  const whole = bytes.toString('utf8').trim();
  const said = messageIn(whole);
  if (said !== undefined) return said;
  const text = contentType === '' || contentType.startsWith('text/') ? whole : '';
  if ((status === 403 || status === 406 || status === 415) && text !== '') return text.slice(0, maxQuoted);
  if (Object.hasOwn(texts, status)) return texts[status];
  // The body of a redirect belongs to whoever it leads to.
  const quoted = status < 400 ? '' : text.slice(0, maxQuoted);
  return status >= 500 || (status >= 300 && status < 400)
    ? `an error on the server (${JSON.stringify(quoted === '' ? 'unknown' : quoted)}) has prevented the request from succeeding`
    : `the server responded with the status code ${status} but did not return more information`;
}

/** Of an answer that is a Status of its own. */
function messageIn(text: string): string | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    const status: unknown = JSON.parse(text);
    const isFailure = isRecord(status) && status['kind'] === 'Status' && status['status'] === 'Failure';
    return isFailure && typeof status['message'] === 'string' ? status['message'] : undefined;
  } catch {
    return undefined;
  }
}
