import { inMerchant } from '../platform/db.ts'
import { writeCsv } from '../platform/csv.ts'
import { command, query, raw } from '../platform/http.ts'
import type { Route } from '../platform/http.ts'
import { agreeAnticipation, anticipationCredited, cancelAnticipation } from './agree.ts'
import { cashAhead } from './cash-ahead.ts'
import { cashRowLines, cashRows } from './cash-rows.ts'
import * as contract from './contract.ts'
import { contractLines, contractList, contractPage } from './contracts.ts'
import { credit, dropIof, saveIof, saveLine } from './credit-lines.ts'
import { addScenario, dropScenario, saveScenario, scenarioList } from './scenarios.ts'
import { simulate } from './simulate.ts'

export const routes: Route[] = [
  query(contract.cashAheadEndpoint, cashAhead),
  query(contract.cashRowsEndpoint, cashRows),
  raw(contract.cashRowsCsv, async ({ app, input, actor, reply }) =>
    reply
      .type('text/csv; charset=utf-8')
      .header('content-disposition', 'attachment; filename="caixa.csv"')
      .send(
        writeCsv(
          ['Dia', 'O quê', 'De quem ou para quem', 'Situação', 'Valor (R$)'],
          await inMerchant(app.pool, actor.merchant, (tx) => cashRowLines(tx, input), { readOnly: true }),
        ),
      ),
  ),
  query(contract.scenariosEndpoint, scenarioList),
  command(contract.addScenarioEndpoint, addScenario),
  command(contract.saveScenarioEndpoint, saveScenario),
  command(contract.dropScenarioEndpoint, dropScenario),
  query(contract.creditEndpoint, credit),
  command(contract.saveLineEndpoint, saveLine),
  command(contract.saveIofEndpoint, saveIof),
  command(contract.dropIofEndpoint, dropIof),
  query(contract.simulateEndpoint, simulate),
  query(contract.contractsEndpoint, contractList),
  raw(contract.contractsCsv, async ({ app, input, actor, reply }) =>
    reply
      .type('text/csv; charset=utf-8')
      .header('content-disposition', 'attachment; filename="antecipacoes.csv"')
      .send(
        writeCsv(
          [
            'Contrato',
            'Contratado em',
            'Canal',
            'Credor',
            'Número',
            'Recebíveis',
            'Entregue (R$)',
            'Recebido (R$)',
            'Taxa (% a.m.)',
            'CET (% a.m.)',
            'CET (% a.a.)',
            'Situação',
          ],
          await inMerchant(app.pool, actor.merchant, (tx) => contractLines(tx, input), { readOnly: true }),
        ),
      ),
  ),
  query(contract.contractEndpoint, contractPage),
  command(contract.agreeEndpoint, agreeAnticipation),
  command(contract.cancelContractEndpoint, cancelAnticipation),
  command(contract.creditedEndpoint, anticipationCredited),
]
