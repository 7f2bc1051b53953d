import { respondBytes } from '../respond.ts';
import type { Document } from './document.ts';

/** `/metrics` in Prometheus text form. */
export const metricsDocument: Document = (core, request) => {
  if (request.info.path !== '/metrics') return undefined;
  return core.metrics.render().then(({ contentType, text }) => {
    respondBytes(request, 200, Buffer.from(text), { 'content-type': contentType });
  });
};
