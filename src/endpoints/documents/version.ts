import { gitVersion, kubernetesVersion } from '../../version.ts';
import { requireJson } from '../negotiation.ts';
import { respondJson } from '../respond.ts';
import { type Document, requireRead } from './document.ts';

/** `/version`: what clients compare themselves with. */
export const versionDocument: Document = (_core, request) => {
  if (request.info.path !== '/version' && request.info.path !== '/version/') return undefined;
  requireRead(request);
  requireJson(request);
  const { major, minor } = kubernetesVersion;
  respondJson(request, 200, {
    major,
    minor,
    emulationMajor: major,
    emulationMinor: minor,
    minCompatibilityMajor: major,
    minCompatibilityMinor: String(Number(minor) - 1),
    gitVersion,
    gitCommit: '',
    gitTreeState: 'clean',
    buildDate: '1970-01-01T00:00:00Z',
    goVersion: '',
    compiler: 'node',
    platform: `${process.platform}/${process.arch === 'x64' ? 'amd64' : process.arch}`,
  });
  return Promise.resolve();
};
