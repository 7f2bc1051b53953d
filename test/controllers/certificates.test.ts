import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { type VirtualClock, virtualClock } from '../../src/apimachinery/clock.ts';
import { seededRandom } from '../../src/apimachinery/random.ts';
import { type Cluster, createCluster } from '../../src/testing/cluster.ts';
import { onTheWire } from '../authentication/kit.ts';
import { type Api, apiOver, expectCode, type Loose } from '../helpers/api.ts';
import { certificationRequest, type Wanted } from './requests.ts';

const collection = '/apis/certificates.k8s.io/v1/certificatesigningrequests';
const clientSigner = 'kubernetes.io/kube-apiserver-client';
const minuteMs = 60_000;

let clock: VirtualClock;
let cluster: Cluster;
let api: Api;
before(async () => {
  clock = virtualClock();
  cluster = await createCluster({
    clock,
    random: seededRandom(1),
    authorization: { modes: ['Node', 'RBAC'] },
    controllers: ['*'],
  });
  api = apiOver(cluster.fetch);
});
after(() => cluster.close());

interface Asked {
  readonly signerName?: string;
  readonly usages?: readonly string[];
  readonly expirationSeconds?: number;
}

/** Creates a request; answers its key. */
async function ask(
  name: string,
  wanted: Wanted,
  { signerName = clientSigner, usages = ['client auth'], expirationSeconds }: Asked = {},
  { on = api, as, group = 'system:nodes' }: { on?: Api; as?: string; group?: string } = {},
): Promise<string> {
  const { pem, key } = await certificationRequest(wanted);
  const spec = { request: Buffer.from(pem).toString('base64'), signerName, usages, expirationSeconds };
  const headers: Record<string, string> =
    as === undefined ? {} : { 'impersonate-user': as, 'impersonate-group': group };
  expectCode(await on.post(collection, { metadata: { name }, spec }, headers), 201);
  return key;
}

async function approve(name: string, on = api): Promise<void> {
  const csr = expectCode(await on.get(`${collection}/${name}`), 200);
  csr.status = { conditions: [{ type: 'Approved', status: 'True', reason: 'Test' }] };
  expectCode(await on.put(`${collection}/${name}/approval`, csr), 200);
}

/** The request once this holds of it. */
async function once(name: string, holds: (csr: Loose) => boolean, on = api): Promise<Loose> {
  const watch = await on.watch(`${collection}?watch=1&fieldSelector=metadata.name=${name}`);
  for (let event = await watch.next(); event; event = await watch.next()) {
    if (!holds(event.object)) continue;
    await watch.close();
    return event.object;
  }
  throw new Error('the watch ended');
}

const isIssued = (csr: Loose): boolean => Boolean(csr.status.certificate);
const hasFailed = (csr: Loose): boolean => csr.status.conditions?.some((one: Loose) => one.type === 'Failed');
const certificateIn = (csr: Loose) =>
  new X509Certificate(Buffer.from(csr.status.certificate, 'base64').toString());

describe('an approved request', () => {
  it('is signed by the authority of the cluster, for as long as it asks', async () => {
    await ask(
      'ann',
      { commonName: 'ann', organizations: ['devs'], asAuthority: true },
      { expirationSeconds: 3600 },
    );
    await approve('ann');
    const certificate = certificateIn(await once('ann', isIssued));
    assert.equal(certificate.subject, 'O=devs\nCN=ann');
    assert.equal(certificate.ca, false);
    assert.deepEqual(certificate.keyUsage, ['1.3.6.1.5.5.7.3.2']);
    assert.equal(certificate.validFromDate.getTime(), clock.now() - 5 * minuteMs);
    assert.equal(certificate.validToDate.getTime(), clock.now() + 60 * minuteMs);
  });

  it('is good for a year when it does not say', async () => {
    await ask('year', { commonName: 'ann' });
    await approve('year');
    const certificate = certificateIn(await once('year', isIssued));
    const yearMs = 365 * 24 * 60 * minuteMs;
    assert.equal(certificate.validToDate.getTime(), clock.now() + yearMs - 5 * minuteMs);
  });

  it('keeps its alternative names for a kubelet that serves', async () => {
    const names = {
      commonName: 'system:node:n1',
      organizations: ['system:nodes'],
      dnsNames: ['n1', 'n1.local'],
    };
    const usages = ['server auth', 'digital signature'];
    await ask(
      'serving',
      names,
      { signerName: 'kubernetes.io/kubelet-serving', usages },
      { as: 'system:node:n1' },
    );
    await approve('serving');
    const certificate = certificateIn(await once('serving', isIssued));
    assert.equal(certificate.subjectAltName, 'DNS:n1, DNS:n1.local');
    assert.deepEqual(certificate.keyUsage, ['1.3.6.1.5.5.7.3.1']);
  });

  const failing: [what: string, wanted: Wanted, asked: Asked, message: string][] = [
    [
      'usage that no client has',
      { commonName: 'ann' },
      { usages: ['client auth', 'server auth'] },
      'invalid usage for client certificate: server auth',
    ],
    [
      'lack of a usage',
      { commonName: 'ann' },
      { usages: ['digital signature'] },
      'missing required usage for client certificate: client auth',
    ],
    [
      'organization',
      { commonName: 'system:node:n1', organizations: ['devs'] },
      { signerName: 'kubernetes.io/kubelet-serving', usages: ['server auth'] },
      'subject organization is not system:nodes',
    ],
    [
      'alternative name',
      { commonName: 'system:node:n1', organizations: ['system:nodes'], dnsNames: ['n1'] },
      { signerName: 'kubernetes.io/kube-apiserver-client-kubelet' },
      'DNS subjectAltNames are not allowed',
    ],
  ];
  for (const [index, [what, wanted, asked, message]] of failing.entries()) {
    it(`fails for its ${what}`, async () => {
      await ask(`failing-${index}`, wanted, asked);
      await approve(`failing-${index}`);
      const csr = await once(`failing-${index}`, hasFailed);
      const [, failed] = csr.status.conditions;
      assert.equal(failed.reason, 'SignerValidationFailure');
      assert.equal(failed.message, message);
      assert.equal(csr.status.certificate, undefined);
    });
  }

  it('makes a certificate that the server accepts', async (t) => {
    const wire = await onTheWire(t, { controllers: ['*'] });
    const own = apiOver(wire.cluster.fetch);
    const key = await ask('ann', { commonName: 'ann', organizations: ['devs'] }, {}, { on: own });
    await approve('ann', own);
    const csr = await once('ann', isIssued, own);
    const cert = Buffer.from(csr.status.certificate, 'base64').toString();
    const { user } = await wire.ask({ identity: { cert, key } });
    assert.equal(user.username, 'ann');
    assert.deepEqual(user.groups, ['devs', 'system:authenticated']);
  });
});

describe('a client certificate for a kubelet', () => {
  const node = { commonName: 'system:node:n2', organizations: ['system:nodes'] };
  const asked = {
    signerName: 'kubernetes.io/kube-apiserver-client-kubelet',
    usages: ['client auth', 'digital signature'],
  };

  it('is approved for a node that may have its own', async () => {
    const subjects = [{ kind: 'Group', name: 'system:nodes', apiGroup: 'rbac.authorization.k8s.io' }];
    await bind('self', 'system:certificates.k8s.io:certificatesigningrequests:selfnodeclient', subjects);
    await ask('self', node, asked, { as: 'system:node:n2' });
    const csr = await once('self', isIssued);
    const [approved] = csr.status.conditions;
    assert.equal(approved.reason, 'AutoApproved');
    assert.equal(
      approved.message,
      'Auto approving self kubelet client certificate after SubjectAccessReview.',
    );
    assert.equal(certificateIn(csr).subject, 'O=system:nodes\nCN=system:node:n2');
  });

  it('waits for somebody when another asks who may not make nodes join', async () => {
    const subjects = [{ kind: 'Group', name: 'joiners', apiGroup: 'rbac.authorization.k8s.io' }];
    await bind('joiners', 'system:node-bootstrapper', subjects);
    await ask('other', node, asked, { as: 'eve', group: 'joiners' });
    // The controller looks at requests in order: when it has come to the next one it has left this one alone.
    await ask('next', { ...node, commonName: 'system:node:n3' }, asked, { as: 'system:node:n3' });
    await once('next', isIssued);
    const csr = expectCode(await api.get(`${collection}/other`), 200);
    assert.deepEqual(csr.status, {});
    await bind('may-join', 'system:certificates.k8s.io:certificatesigningrequests:nodeclient', subjects);
    await ask('joining', node, asked, { as: 'eve', group: 'joiners' });
    const [approved] = (await once('joining', isIssued)).status.conditions;
    assert.equal(approved.message, 'Auto approving kubelet client certificate after SubjectAccessReview.');
  });
});

describe('--controllers', () => {
  it('switches them off', async () => {
    await using quiet = await createCluster({ clock: virtualClock(), controllers: ['*', '-csrsigning'] });
    const own = apiOver(quiet.fetch);
    await ask('ann', { commonName: 'ann' }, {}, { on: own });
    await approve('ann', own);
    for (let turn = 0; turn < 50; turn++) await own.get('/version');
    const csr = expectCode(await own.get(`${collection}/ann`), 200);
    assert.equal(csr.status.certificate, undefined);
  });

  it('names those that there are', async () => {
    await assert.rejects(createCluster({ controllers: ['*', '-nodes'] }), {
      message: '--controllers: "-nodes" is not in the list of known controllers',
    });
  });
});

async function bind(name: string, role: string, subjects: object[]): Promise<void> {
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role };
  const path = '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings';
  expectCode(await api.post(path, { metadata: { name }, roleRef, subjects }), 201);
}
