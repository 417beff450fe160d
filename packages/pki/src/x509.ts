// The certificate library needs the metadata polyfill before it is evaluated, so this file alone imports both, in order.
import 'reflect-metadata';

export * from '@peculiar/x509';
