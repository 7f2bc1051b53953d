import { type ApiError, badRequest } from '../../apimachinery/status.ts';

/** A body that cannot become an object. The text is the reference server's decoder's; `decodeFailure` makes a 400 of it. */
export class DecodeError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'DecodeError';
  }
}

/** A value of a wrong type, also in the words of a conversion (`conversionText`). */
export class MismatchError extends DecodeError {
  readonly converted: string;

  constructor(message: string, converted: string) {
    super(message);
    this.converted = converted;
  }
}

const summaryBytes = 30;

/** Kinds whose bodies hold secrets: what is said about them is written to the audit log. The reference server quotes them too. */
const secretKinds: ReadonlySet<string> = new Set(['Secret', 'TokenRequest', 'TokenReview']);

/** The start of a body as messages quote it: text when it looks like JSON, hexadecimal otherwise. */
function summarize(body: Uint8Array): string {
  if (body.length === 0) return '<empty>';
  const start = Buffer.from(body.subarray(0, summaryBytes));
  const text = body[0] === 0x7b ? start.toString() : start.toString('hex');
  return body.length > summaryBytes ? `${text} ...` : text;
}

/**
 * The 400 that a request gets when its body cannot be decoded. `found` is what the body says it is, if it got that far;
 * `expectedKind` what the endpoint takes. (Source: `transformDecodeError` in apiserver `pkg/endpoints/handlers`.)
 */
export function decodeFailure(
  error: DecodeError,
  expectedKind: string,
  found: { readonly kind: string; readonly version: string } | undefined,
  body: Uint8Array,
): ApiError {
  if (found && found.kind !== '') {
    const { kind, version } = found;
    return badRequest(
      `${kind} in version ${JSON.stringify(version)} cannot be handled as a ${expectedKind}: ${error.message}`,
    );
  }
  const summary = secretKinds.has(expectedKind) ? '<contents redacted>' : summarize(body);
  return badRequest(
    `the object provided is unrecognized (must be of type ${expectedKind}): ${error.message} (${summary})`,
  );
}
