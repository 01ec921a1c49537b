import type { Authoriser, Environment, Service } from '../authorisers.ts'

type Own = Exclude<Authoriser, 'SVC-AN' | 'SVC-RS'>

/**
 * Where each authoriser's NF-e 4.00 services answer: the state of the portal's list in June 2026. `paths` are appended to the address
 * of the environment; a whole address stands where a service lives on another host.
 */
export const addresses: Record<Own, Record<Environment, string> & { paths: Partial<Record<Service, string | Record<Environment, string>>> }> = {
  AM: {
    production: 'https://nfe.sefaz.am.gov.br/services2/services',
    homologation: 'https://homnfe.sefaz.am.gov.br/services2/services',
    paths: {
      NFeAutorizacao4: '/NfeAutorizacao4',
      NFeRetAutorizacao4: '/NfeRetAutorizacao4',
      NFeConsultaProtocolo4: '/NfeConsulta4',
      NFeStatusServico4: '/NfeStatusServico4',
      NFeRecepcaoEvento4: '/RecepcaoEvento4',
      NFeInutilizacao4: '/NfeInutilizacao4',
    },
  },
  AN: {
    production: 'https://www.nfe.fazenda.gov.br',
    homologation: 'https://hom1.nfe.fazenda.gov.br',
    paths: {
      NFeRecepcaoEvento4: '/NFeRecepcaoEvento4/NFeRecepcaoEvento4.asmx',
      NFeDistribuicaoDFe: {
        production: 'https://www1.nfe.fazenda.gov.br/NFeDistribuicaoDFe/NFeDistribuicaoDFe.asmx',
        homologation: 'https://hom1.nfe.fazenda.gov.br/NFeDistribuicaoDFe/NFeDistribuicaoDFe.asmx',
      },
    },
  },
  BA: {
    production: 'https://nfe.sefaz.ba.gov.br/webservices',
    homologation: 'https://hnfe.sefaz.ba.gov.br/webservices',
    paths: {
      NFeAutorizacao4: '/NFeAutorizacao4/NFeAutorizacao4.asmx',
      NFeRetAutorizacao4: '/NFeRetAutorizacao4/NFeRetAutorizacao4.asmx',
      NFeConsultaProtocolo4: '/NFeConsultaProtocolo4/NFeConsultaProtocolo4.asmx',
      NFeStatusServico4: '/NFeStatusServico4/NFeStatusServico4.asmx',
      NFeRecepcaoEvento4: '/NFeRecepcaoEvento4/NFeRecepcaoEvento4.asmx',
      NFeInutilizacao4: '/NFeInutilizacao4/NFeInutilizacao4.asmx',
    },
  },
  GO: {
    production: 'https://nfe.sefaz.go.gov.br/nfe/services',
    homologation: 'https://homolog.sefaz.go.gov.br/nfe/services',
    paths: {
      NFeAutorizacao4: '/NFeAutorizacao4',
      NFeRetAutorizacao4: '/NFeRetAutorizacao4',
      NFeConsultaProtocolo4: '/NFeConsultaProtocolo4',
      NFeStatusServico4: '/NFeStatusServico4',
      NFeRecepcaoEvento4: '/NFeRecepcaoEvento4',
      NFeInutilizacao4: '/NFeInutilizacao4',
    },
  },
  MG: {
    production: 'https://nfe.fazenda.mg.gov.br/nfe2/services',
    homologation: 'https://hnfe.fazenda.mg.gov.br/nfe2/services',
    paths: {
      NFeAutorizacao4: '/NFeAutorizacao4',
      NFeRetAutorizacao4: '/NFeRetAutorizacao4',
      NFeConsultaProtocolo4: '/NFeConsultaProtocolo4',
      NFeStatusServico4: '/NFeStatusServico4',
      NFeRecepcaoEvento4: '/NFeRecepcaoEvento4',
      NFeInutilizacao4: '/NFeInutilizacao4',
    },
  },
  MS: {
    production: 'https://nfe.sefaz.ms.gov.br/ws',
    homologation: 'https://hom.nfe.sefaz.ms.gov.br/ws',
    paths: {
      NFeAutorizacao4: '/NFeAutorizacao4',
      NFeRetAutorizacao4: '/NFeRetAutorizacao4',
      NFeConsultaProtocolo4: '/NFeConsultaProtocolo4',
      NFeStatusServico4: '/NFeStatusServico4',
      NFeRecepcaoEvento4: '/NFeRecepcaoEvento4',
      NFeInutilizacao4: '/NFeInutilizacao4',
    },
  },
  MT: {
    production: 'https://nfe.sefaz.mt.gov.br/nfews/v2/services',
    homologation: 'https://homologacao.sefaz.mt.gov.br/nfews/v2/services',
    paths: {
      NFeAutorizacao4: '/NfeAutorizacao4',
      NFeRetAutorizacao4: '/NfeRetAutorizacao4',
      NFeConsultaProtocolo4: '/NfeConsulta4',
      NFeStatusServico4: '/NfeStatusServico4',
      NFeRecepcaoEvento4: '/RecepcaoEvento4',
      NFeInutilizacao4: '/NfeInutilizacao4',
    },
  },
  PE: {
    production: 'https://nfe.sefaz.pe.gov.br/nfe-service/services',
    homologation: 'https://nfehomolog.sefaz.pe.gov.br/nfe-service/services',
    paths: {
      NFeAutorizacao4: '/NFeAutorizacao4',
      NFeRetAutorizacao4: '/NFeRetAutorizacao4',
      NFeConsultaProtocolo4: '/NFeConsultaProtocolo4',
      NFeStatusServico4: '/NFeStatusServico4',
      NFeRecepcaoEvento4: '/NFeRecepcaoEvento4',
      NFeInutilizacao4: '/NFeInutilizacao4',
    },
  },
  PR: {
    production: 'https://nfe.sefa.pr.gov.br/nfe',
    homologation: 'https://homologacao.nfe.sefa.pr.gov.br/nfe',
    paths: {
      NFeAutorizacao4: '/NFeAutorizacao4',
      NFeRetAutorizacao4: '/NFeRetAutorizacao4',
      NFeConsultaProtocolo4: '/NFeConsultaProtocolo4',
      NFeStatusServico4: '/NFeStatusServico4',
      NFeRecepcaoEvento4: '/NFeRecepcaoEvento4',
      NFeInutilizacao4: '/NFeInutilizacao4',
    },
  },
  RS: {
    production: 'https://nfe.sefazrs.rs.gov.br/ws',
    homologation: 'https://nfe-homologacao.sefazrs.rs.gov.br/ws',
    paths: {
      NFeAutorizacao4: '/NfeAutorizacao/NFeAutorizacao4.asmx',
      NFeRetAutorizacao4: '/NfeRetAutorizacao/NFeRetAutorizacao4.asmx',
      NFeConsultaProtocolo4: '/NfeConsulta/NfeConsulta4.asmx',
      NFeStatusServico4: '/NfeStatusServico/NfeStatusServico4.asmx',
      NFeRecepcaoEvento4: '/recepcaoevento/recepcaoevento4.asmx',
      NFeInutilizacao4: '/nfeinutilizacao/nfeinutilizacao4.asmx',
    },
  },
  SP: {
    production: 'https://nfe.fazenda.sp.gov.br/ws',
    homologation: 'https://homologacao.nfe.fazenda.sp.gov.br/ws',
    paths: {
      NFeAutorizacao4: '/nfeautorizacao4.asmx',
      NFeRetAutorizacao4: '/nferetautorizacao4.asmx',
      NFeConsultaProtocolo4: '/nfeconsultaprotocolo4.asmx',
      NFeStatusServico4: '/nfestatusservico4.asmx',
      NFeRecepcaoEvento4: '/nferecepcaoevento4.asmx',
      NFeInutilizacao4: '/nfeinutilizacao4.asmx',
    },
  },
  SVAN: {
    production: 'https://www.sefazvirtual.fazenda.gov.br',
    homologation: 'https://hom.sefazvirtual.fazenda.gov.br',
    paths: {
      NFeAutorizacao4: '/NFeAutorizacao4/NFeAutorizacao4.asmx',
      NFeRetAutorizacao4: '/NFeRetAutorizacao4/NFeRetAutorizacao4.asmx',
      NFeConsultaProtocolo4: '/NFeConsultaProtocolo4/NFeConsultaProtocolo4.asmx',
      NFeStatusServico4: '/NFeStatusServico4/NFeStatusServico4.asmx',
      NFeRecepcaoEvento4: '/NFeRecepcaoEvento4/NFeRecepcaoEvento4.asmx',
      NFeInutilizacao4: '/NFeInutilizacao4/NFeInutilizacao4.asmx',
    },
  },
  SVRS: {
    production: 'https://nfe.svrs.rs.gov.br/ws',
    homologation: 'https://nfe-homologacao.svrs.rs.gov.br/ws',
    paths: {
      NFeAutorizacao4: '/NfeAutorizacao/NFeAutorizacao4.asmx',
      NFeRetAutorizacao4: '/NfeRetAutorizacao/NFeRetAutorizacao4.asmx',
      NFeConsultaProtocolo4: '/NfeConsulta/NfeConsulta4.asmx',
      NFeStatusServico4: '/NfeStatusServico/NfeStatusServico4.asmx',
      NFeRecepcaoEvento4: '/recepcaoevento/recepcaoevento4.asmx',
      NFeInutilizacao4: '/nfeinutilizacao/nfeinutilizacao4.asmx',
    },
  },
}
