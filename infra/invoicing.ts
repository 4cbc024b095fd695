import { Construct } from 'constructs';
import { type Service, ServiceFunction } from './constructs/service-function.ts';
import type { DataStack } from './data-stack.ts';

/** What people and other systems read: documents as PDF and CSV. */
export class Invoicing extends Construct {
  readonly functions: ServiceFunction[];
  readonly renderDocuments: ServiceFunction;

  constructor(scope: Construct, id: string, props: { service: Service; data: DataStack }) {
    super(scope, id);
    const { decisions, work, invoices } = props.data;
    this.renderDocuments = new ServiceFunction(this, props.service, 'invoicing/render-documents', [
      ...[decisions.read(), decisions.append(), work.read()],
      ...[invoices.read(), invoices.write()],
    ]);
    this.functions = [this.renderDocuments];
  }
}
