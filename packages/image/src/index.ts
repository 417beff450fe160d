export * from '@kubernats/containers/image';
