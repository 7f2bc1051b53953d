import type { UserInfo } from '../apimachinery/user.ts';
import type { AuditTrail } from '../audit/trail.ts';
import type { Seat } from '../flowcontrol/types.ts';
import type { Exchange } from './exchange.ts';
import type { RequestInfo } from './request-info.ts';

/** One request on its way through the chain. Steps fill it in order. */
export interface Request {
  /** Replaced by one that leads nowhere once the request has been answered for taking too long. */
  exchange: Exchange;
  /** Clock time of arrival, monotonic milliseconds. */
  readonly startMs: number;
  info: RequestInfo;
  user: UserInfo;
  /** What authentication has to say in the audit record. */
  userAnnotations: Readonly<Record<string, string>> | undefined;
  /** Given by flow control; undefined before, and for what needs none. */
  seat: Seat | undefined;
  /** What the request allows itself, when that is less than the server allows. */
  timeoutMs: number | undefined;
  /** Headers for a browser that shows a page of another origin; undefined for everybody else. */
  cors: Readonly<Record<string, string>> | undefined;
  /** `Audit-Id` of the answer. */
  readonly auditId: string;
  /** What is written down about the request; undefined when nothing is. */
  audit: AuditTrail | undefined;
  /** Texts of `Warning:` headers, each once. */
  readonly warnings: string[];
  /** What a 401 asks for in `WWW-Authenticate`. */
  challenge?: string;
  /** True once the path has been found to name something that is served. */
  resolved: boolean;
  /** HTTP status once it has been sent; 0 before. */
  code: number;
}

/** Adds a warning once; more than this many are dropped, as clients print them all. */
const maxWarnings = 100;

export function warn(request: Request, text: string): void {
  if (request.warnings.length < maxWarnings && !request.warnings.includes(text)) request.warnings.push(text);
}
