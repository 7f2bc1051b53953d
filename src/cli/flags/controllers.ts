import { isDNS1123Subdomain } from '../../apimachinery/names.ts';
import type { StartOptions } from '../../start-server.ts';
import { flag, type ValuesOf } from '../flag.ts';
import type { FlagType } from '../flag-types.ts';
import * as type from '../flag-types.ts';

/** A name that an object may have, or nothing. */
const objectName: FlagType<string> = {
  placeholder: 'string',
  parse(text) {
    const [problem] = text === '' ? [] : isDNS1123Subdomain(text);
    if (problem !== undefined) throw new Error(`${JSON.stringify(text)}: ${problem}`);
    return text;
  },
};

/** Nodes that the command simulates unless it is told otherwise. */
const defaultNodes = 2;

export const controllerFlags = Object.freeze({
  controllers: flag(
    type.list,
    ['*'],
    'Which controllers run: * for all, NAME for one, -NAME for all but one. Names are those of kube-controller-manager, and kube-scheduler.',
  ),
  'run-controllers': flag(
    type.boolean,
    true,
    'Not in kube-apiserver: whether any controllers run. Without them and without nodes this is a bare API server.',
  ),
  nodes: flag(
    type.integer(0),
    defaultNodes,
    'Not in kube-apiserver: how many simulated nodes are registered, node-1, node-2, … Pods on them run as far as anybody can see.',
  ),
  'run-nodes': flag(
    type.boolean,
    true,
    'Not in kube-apiserver: whether nodes are simulated: those of --nodes, and others with the annotation simulation.binnacle.dev/node=true.',
  ),
  'node-capacity': flag(
    type.amounts,
    {},
    'Not in kube-apiserver: what simulated nodes have beside or instead of the default: cpu=4,memory=16Gi,pods=50,example.com/gpu=2.',
  ),
  'storage-class': flag(
    objectName,
    'standard',
    'Not in kube-apiserver: name of the StorageClass for claims that name none, which a fresh store gets where controllers run and nodes are simulated; its volumes are simulated too. Empty for none.',
  ),
});

/** What the flags mean to the server. */
export const controllerSettings = (
  values: ValuesOf<typeof controllerFlags>,
): Pick<StartOptions, 'controllers' | 'nodes' | 'runNodes' | 'nodeCapacity' | 'storageClass'> => ({
  controllers: values['run-controllers'] ? values.controllers : [],
  nodes: values['run-nodes'] ? values.nodes : 0,
  runNodes: values['run-nodes'],
  nodeCapacity: values['node-capacity'],
  storageClass: values['run-controllers'] && values['run-nodes'] ? values['storage-class'] : '',
});
