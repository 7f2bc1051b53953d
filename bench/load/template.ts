import type { RequestTemplate } from './jobs.ts';

type Fill = (n: number, client: number) => string;

/** Splits a text at its placeholders once, so that filling it in is a few concatenations. */
function compile(text: string): Fill {
  const pieces = text.split(/(\{n\}|\{client\})/);
  return (n, client) => {
    let filled = '';
    for (const piece of pieces) filled += piece === '{n}' ? n : piece === '{client}' ? client : piece;
    return filled;
  };
}

export interface CompiledRequest {
  readonly method: string;
  readonly contentType: string;
  path(n: number, client: number): string;
  body(n: number, client: number): Buffer | undefined;
}

export function compileRequest({ method, path, body, contentType }: RequestTemplate): CompiledRequest {
  const fillBody = body === undefined ? undefined : compile(body);
  return {
    method,
    contentType: body === undefined ? '' : (contentType ?? 'application/json'),
    path: compile(path),
    body: (n, client) => fillBody && Buffer.from(fillBody(n, client)),
  };
}
