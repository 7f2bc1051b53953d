export { type ContainerKind, containersOf, type PodContainer } from '../resources/core/pods/containers.ts';
