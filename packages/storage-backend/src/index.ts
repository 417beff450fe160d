export * from '@kubernats/volumes/storage-backend';
