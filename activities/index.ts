import type { ActivityRegistry } from '../engine/index.ts'
import { csvRead, csvSplit, csvWrite } from './csv.ts'
import { csvSummarize } from './csv-summarize.ts'
import { fileList, fileMove, fileRead, fileWrite } from './files.ts'
import { httpRequest } from './http.ts'
import { inventoryRelease, inventoryReserve } from './inventory.ts'
import { log } from './log.ts'
import { markdownCheck, markdownRender, markdownTable } from './markdown.ts'
import { paymentCharge, paymentRefund } from './payment.ts'
import { shippingBook } from './shipping.ts'

/** Every activity of this host, by the name under which definitions call it. */
export const activities: ActivityRegistry = {
  'csv.read': csvRead,
  'csv.split': csvSplit,
  'csv.summarize': csvSummarize,
  'csv.write': csvWrite,
  'file.list': fileList,
  'file.move': fileMove,
  'file.read': fileRead,
  'file.write': fileWrite,
  'http.request': httpRequest,
  'inventory.release': inventoryRelease,
  'inventory.reserve': inventoryReserve,
  log,
  'markdown.check': markdownCheck,
  'markdown.render': markdownRender,
  'markdown.table': markdownTable,
  'payment.charge': paymentCharge,
  'payment.refund': paymentRefund,
  'shipping.book': shippingBook,
}
