import { productSchema } from '../files/read-product.ts';
import type { Part } from './part.ts';

/** What is said of products. */
export const PRODUCT: Part = {
  name: 'product',
  title: 'Product',
  says: 'Something that is sold once: hardware, a visit. `billing inventory order` and `billing invoice issue` take its name, price and tax category where they say nothing else; what was sold keeps them, whatever a later release says.',
  schema: productSchema,
  fields: {
    id: { means: 'Orders and ad-hoc invoices name it.', example: 'tracker' },
    name: { means: 'As documents say it.', example: 'GPS tracker' },
    taxCategory: { means: 'What it is to the tax law.', otherwise: '`goods`' },
    prices: {
      means: 'What one costs, without tax.',
      otherwise: 'whoever sells it says the price',
      fields: {
        currency: { means: 'For accounts of this currency.', example: 'EUR' },
        amount: { means: 'Of one.', example: '89.00' },
      },
    },
  },
  example: `products:
  - { id: tracker, name: GPS tracker, prices: [{ currency: EUR, amount: 89.00 }, { currency: USD, amount: 99.00 }] }
  - { id: visit, name: Installation on site, taxCategory: service, prices: [{ currency: EUR, amount: 149.00 }] }
`,
};
