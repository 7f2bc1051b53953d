import type { IServiceSpec } from 'kubernetes-models/v1';
import type { GroupResource } from '../../apimachinery/gvk.ts';
import { concernsMain, refuse } from '../request.ts';
import { readSpec } from '../structs.ts';
import type { AdmissionPluginFactory } from '../types.ts';

const services: GroupResource = { group: '', resource: 'services' };

/** Services get no new external IPs, which can take traffic that is meant for others (CVE-2020-8554). */
export const denyServiceExternalIps: AdmissionPluginFactory = () => ({
  name: 'DenyServiceExternalIPs',
  validate: (request) => {
    const { object, oldObject } = request;
    if (!object || !concernsMain(request, services)) return;
    const wanted = readSpec<IServiceSpec>(object).externalIPs ?? [];
    const present = (oldObject && readSpec<IServiceSpec>(oldObject).externalIPs) ?? [];
    if (wanted.every((ip) => present.includes(ip))) return;
    throw refuse(request, 'Use of external IPs is denied by admission control');
  },
});
