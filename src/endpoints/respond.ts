import { ApiError, internalError, type Status, TextError } from '../apimachinery/status.ts';
import { prefersYaml } from './negotiation.ts';
import { recordAnswer, recordError } from './record.ts';
import type { Request } from './request.ts';
import { warningHeader } from './warning-header.ts';
import { yamlBytes } from './yaml.ts';

type Headers = Readonly<Record<string, string>>;

const jsonHeaders: Headers = { 'content-type': 'application/json' };
const yamlHeaders: Headers = { 'content-type': 'application/yaml' };
const textHeaders: Headers = {
  'content-type': 'text/plain; charset=utf-8',
  'x-content-type-options': 'nosniff',
};

/** Headers of every answer: that it is of the moment, its id, what flow control says, warnings, and what the answer brings. */
function withCommon({ auditId, cors, seat, warnings }: Request, headers: Headers): Headers {
  const all = {
    'cache-control': 'no-cache, private',
    'audit-id': auditId,
    ...headers,
    ...cors,
    ...seat?.headers,
  };
  const warning = warnings.length === 0 ? undefined : warningHeader(warnings);
  return warning === undefined ? all : { ...all, warning };
}

/** A whole answer of bytes that are ready. HEAD gets the headers only. */
export function respondBytes(
  request: Request,
  code: number,
  body: Uint8Array,
  headers: Headers = jsonHeaders,
): void {
  request.code = code;
  if (request.audit) recordAnswer(request, request.audit, code, headers['content-type'], body);
  const { exchange } = request;
  const all = withCommon(request, { ...headers, 'content-length': String(body.length) });
  exchange.sink.respond(code, all, exchange.method === 'HEAD' ? new Uint8Array() : body);
}

const jsonBody = (request: Request, value: unknown): Buffer =>
  Buffer.from(`${JSON.stringify(value, undefined, wantsPretty(request) ? 2 : 0)}\n`);

export function respondJson(request: Request, code: number, value: unknown): void {
  respondBytes(request, code, jsonBody(request, value));
}

/** The same in YAML for who prefers that: Status and what there is only one of. */
export function respondValue(request: Request, code: number, value: unknown): void {
  if (prefersYaml(request.exchange.headers['accept']))
    respondBytes(request, code, yamlBytes(value), yamlHeaders);
  else respondJson(request, code, value);
}

export function respondText(request: Request, code: number, text: string): void {
  respondBytes(request, code, Buffer.from(text), textHeaders);
}

/** An answer of headers alone: 204. */
export function respondEmpty(request: Request, code: number): void {
  request.code = code;
  request.audit?.responding(code);
  request.exchange.sink.respond(code, withCommon(request, {}), new Uint8Array());
}

/** Starts a streamed answer. */
export function startResponse(request: Request, code: number, headers: Headers): void {
  request.code = code;
  request.audit?.responding(code);
  request.exchange.sink.head(code, withCommon(request, headers));
}

/** `?pretty=1`, or a human's browser or curl, as the reference server decides it. */
export function wantsPretty(request: Request): boolean {
  const asked = request.info.query.get('pretty');
  if (asked !== null) return asked !== 'false' && asked !== '0';
  const agent = request.exchange.headers['user-agent'] ?? '';
  return agent.startsWith('curl') || agent.startsWith('Wget') || agent.startsWith('Mozilla/5.0');
}

/** The one place where an error becomes an answer. */
export function respondError(request: Request, error: unknown, report: (error: unknown) => void): void {
  const { status } = toApiError(error, report);
  if (request.code !== 0) {
    // Half an answer is out: cutting it is the only way to tell.
    request.exchange.sink.abort();
    return;
  }
  const retryAfter = status.details?.retryAfterSeconds;
  request.code = status.code;
  const asText = error instanceof TextError;
  const asYaml = !asText && prefersYaml(request.exchange.headers['accept']);
  const body = asText
    ? Buffer.from(`${status.message}\n`)
    : asYaml
      ? yamlBytes(status)
      : jsonBody(request, status);
  if (request.audit) recordError(request.audit, status, body, asText);
  const headers: Record<string, string> = {
    ...(asText ? textHeaders : asYaml ? yamlHeaders : jsonHeaders),
    'content-length': String(body.length),
    ...(retryAfter ? { 'retry-after': String(retryAfter) } : {}),
    ...(request.challenge === undefined ? {} : { 'www-authenticate': request.challenge }),
  };
  request.exchange.sink.respond(
    status.code,
    withCommon(request, headers),
    request.exchange.method === 'HEAD' ? new Uint8Array() : body,
  );
}

export function toApiError(error: unknown, report: (error: unknown) => void): ApiError {
  if (error instanceof ApiError) return error;
  report(error);
  return internalError(error instanceof Error ? error.message : 'unknown error');
}

export type { Status };
