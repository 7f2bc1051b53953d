import { pageNotFound } from '../../apimachinery/status.ts';
import type { Core } from '../core.ts';
import { discoveryDocument } from '../discovery/documents.ts';
import type { Request } from '../request.ts';
import type { Document } from './document.ts';
import { flowControlDocument } from './flow-control.ts';
import { healthDocument } from './health.ts';
import { metricsDocument } from './metrics.ts';
import { openApiDocument } from './openapi.ts';
import { openIdDocument } from './openid.ts';
import { rootDocument } from './root.ts';
import { versionDocument } from './version.ts';
import { whyDocument } from './why.ts';

const documents: readonly Document[] = [
  discoveryDocument,
  openApiDocument,
  healthDocument,
  versionDocument,
  metricsDocument,
  openIdDocument,
  whyDocument,
  flowControlDocument,
  rootDocument,
];

/** Everything that is no resource: discovery, OpenAPI, health, version, metrics. */
export async function answerDocument(core: Core, request: Request): Promise<void> {
  for (const document of documents) {
    const answered = document(core, request);
    if (answered) return answered;
  }
  throw pageNotFound();
}
