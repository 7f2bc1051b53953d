import { pageNotFound } from '../../apimachinery/status.ts';
import type { Core, HealthCheck } from '../core.ts';
import type { Request } from '../request.ts';
import { respondBytes, respondText } from '../respond.ts';
import type { Document } from './document.ts';

const groups = ['healthz', 'livez', 'readyz'] as const;
type HealthGroup = (typeof groups)[number];

/** `/healthz`, `/livez`, `/readyz`, with `?verbose`, `?exclude=` and each check below them by name. */
export const healthDocument: Document = (core, request) => {
  const [, first = '', ...rest] = request.info.path.split('/');
  const group = groups.find((name) => name === first);
  if (!group) return undefined;
  const checks = core.healthChecks.filter(({ on }) => on.includes(group));
  const name = rest.join('/');
  if (name === '') answerGroup(core, request, group, checks);
  else answerOne(request, name, checks);
  return Promise.resolve();
};

function answerGroup(core: Core, request: Request, group: HealthGroup, checks: readonly HealthCheck[]): void {
  const { query } = request.info;
  const excluded = query.getAll('exclude');
  const lines: string[] = [];
  const failed: string[] = [];
  for (const { name, check, note } of checks) {
    if (excluded.includes(name)) {
      lines.push(`[+]${name} excluded: ok`);
      continue;
    }
    const reason = check();
    if (reason === undefined) {
      const told = note?.() ?? '';
      lines.push(told === '' ? `[+]${name} ok` : `[+]${name} ok: ${told}`);
    } else {
      lines.push(`[-]${name} failed: reason withheld`);
      failed.push(name);
      core.log.warn('health check failed', { group, name, reason });
    }
  }
  const unmatched = excluded.filter((name) => !checks.some((check) => check.name === name));
  if (unmatched.length > 0)
    lines.push(
      `warn: some health checks cannot be excluded: no matches for ${unmatched.map((name) => JSON.stringify(name)).join(', ')}`,
    );
  if (failed.length > 0) {
    const body = Buffer.from(`${lines.join('\n')}\n${group} check failed\n`);
    respondBytes(request, 500, body, { 'content-type': 'text/plain; charset=utf-8' });
  } else
    respondText(request, 200, query.has('verbose') ? `${lines.join('\n')}\n${group} check passed\n` : 'ok');
}

function answerOne(request: Request, name: string, checks: readonly HealthCheck[]): void {
  const found = checks.find((check) => check.name === name);
  if (!found) throw pageNotFound();
  if (found.check() === undefined) respondText(request, 200, 'ok');
  else
    respondBytes(request, 500, Buffer.from('internal server error: reason withheld\n'), {
      'content-type': 'text/plain; charset=utf-8',
    });
}
