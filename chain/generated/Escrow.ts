// Generated from contracts/src/Escrow.sol by tools/contracts.ts. Do not edit.
export const escrowAbi = [
  {
    "type": "constructor",
    "inputs": [
      {
        "name": "dollar_",
        "type": "address",
        "internalType": "contract IERC20"
      },
      {
        "name": "thawSeconds_",
        "type": "uint64",
        "internalType": "uint64"
      }
    ],
    "stateMutability": "nonpayable"
  },
  {
    "type": "function",
    "name": "balanceOf",
    "inputs": [
      {
        "name": "payer",
        "type": "address",
        "internalType": "address"
      }
    ],
    "outputs": [
      {
        "name": "",
        "type": "uint256",
        "internalType": "uint256"
      }
    ],
    "stateMutability": "view"
  },
  {
    "type": "function",
    "name": "committed",
    "inputs": [
      {
        "name": "payer",
        "type": "address",
        "internalType": "address"
      }
    ],
    "outputs": [
      {
        "name": "",
        "type": "uint256",
        "internalType": "uint256"
      }
    ],
    "stateMutability": "view"
  },
  {
    "type": "function",
    "name": "deployer",
    "inputs": [],
    "outputs": [
      {
        "name": "",
        "type": "address",
        "internalType": "address"
      }
    ],
    "stateMutability": "view"
  },
  {
    "type": "function",
    "name": "deposit",
    "inputs": [
      {
        "name": "payer",
        "type": "address",
        "internalType": "address"
      },
      {
        "name": "amount",
        "type": "uint256",
        "internalType": "uint256"
      }
    ],
    "outputs": [],
    "stateMutability": "nonpayable"
  },
  {
    "type": "function",
    "name": "dollar",
    "inputs": [],
    "outputs": [
      {
        "name": "",
        "type": "address",
        "internalType": "contract IERC20"
      }
    ],
    "stateMutability": "view"
  },
  {
    "type": "function",
    "name": "lifetimeDeposited",
    "inputs": [
      {
        "name": "payer",
        "type": "address",
        "internalType": "address"
      }
    ],
    "outputs": [
      {
        "name": "",
        "type": "uint256",
        "internalType": "uint256"
      }
    ],
    "stateMutability": "view"
  },
  {
    "type": "function",
    "name": "lifetimeWithdrawn",
    "inputs": [
      {
        "name": "payer",
        "type": "address",
        "internalType": "address"
      }
    ],
    "outputs": [
      {
        "name": "",
        "type": "uint256",
        "internalType": "uint256"
      }
    ],
    "stateMutability": "view"
  },
  {
    "type": "function",
    "name": "pendingWithdrawal",
    "inputs": [
      {
        "name": "payer",
        "type": "address",
        "internalType": "address"
      }
    ],
    "outputs": [
      {
        "name": "amount",
        "type": "uint256",
        "internalType": "uint256"
      },
      {
        "name": "thawsAt",
        "type": "uint64",
        "internalType": "uint64"
      }
    ],
    "stateMutability": "view"
  },
  {
    "type": "function",
    "name": "putBack",
    "inputs": [
      {
        "name": "rows",
        "type": "tuple[]",
        "internalType": "struct PayerRow[]",
        "components": [
          {
            "name": "payer",
            "type": "address",
            "internalType": "address"
          },
          {
            "name": "amount",
            "type": "uint256",
            "internalType": "uint256"
          }
        ]
      }
    ],
    "outputs": [
      {
        "name": "total",
        "type": "uint256",
        "internalType": "uint256"
      }
    ],
    "stateMutability": "nonpayable"
  },
  {
    "type": "function",
    "name": "requestWithdrawal",
    "inputs": [
      {
        "name": "amount",
        "type": "uint256",
        "internalType": "uint256"
      }
    ],
    "outputs": [],
    "stateMutability": "nonpayable"
  },
  {
    "type": "function",
    "name": "setSettlement",
    "inputs": [
      {
        "name": "settlement_",
        "type": "address",
        "internalType": "address"
      }
    ],
    "outputs": [],
    "stateMutability": "nonpayable"
  },
  {
    "type": "function",
    "name": "settlement",
    "inputs": [],
    "outputs": [
      {
        "name": "",
        "type": "address",
        "internalType": "address"
      }
    ],
    "stateMutability": "view"
  },
  {
    "type": "function",
    "name": "take",
    "inputs": [
      {
        "name": "rows",
        "type": "tuple[]",
        "internalType": "struct PayerRow[]",
        "components": [
          {
            "name": "payer",
            "type": "address",
            "internalType": "address"
          },
          {
            "name": "amount",
            "type": "uint256",
            "internalType": "uint256"
          }
        ]
      }
    ],
    "outputs": [
      {
        "name": "total",
        "type": "uint256",
        "internalType": "uint256"
      }
    ],
    "stateMutability": "nonpayable"
  },
  {
    "type": "function",
    "name": "thawSeconds",
    "inputs": [],
    "outputs": [
      {
        "name": "",
        "type": "uint64",
        "internalType": "uint64"
      }
    ],
    "stateMutability": "view"
  },
  {
    "type": "function",
    "name": "withdraw",
    "inputs": [],
    "outputs": [
      {
        "name": "amount",
        "type": "uint256",
        "internalType": "uint256"
      }
    ],
    "stateMutability": "nonpayable"
  },
  {
    "type": "event",
    "name": "Deposited",
    "inputs": [
      {
        "name": "payer",
        "type": "address",
        "indexed": true,
        "internalType": "address"
      },
      {
        "name": "from",
        "type": "address",
        "indexed": true,
        "internalType": "address"
      },
      {
        "name": "amount",
        "type": "uint256",
        "indexed": false,
        "internalType": "uint256"
      }
    ],
    "anonymous": false
  },
  {
    "type": "event",
    "name": "PutBack",
    "inputs": [
      {
        "name": "payer",
        "type": "address",
        "indexed": true,
        "internalType": "address"
      },
      {
        "name": "amount",
        "type": "uint256",
        "indexed": false,
        "internalType": "uint256"
      }
    ],
    "anonymous": false
  },
  {
    "type": "event",
    "name": "SettlementSet",
    "inputs": [
      {
        "name": "settlement",
        "type": "address",
        "indexed": true,
        "internalType": "address"
      }
    ],
    "anonymous": false
  },
  {
    "type": "event",
    "name": "Taken",
    "inputs": [
      {
        "name": "payer",
        "type": "address",
        "indexed": true,
        "internalType": "address"
      },
      {
        "name": "amount",
        "type": "uint256",
        "indexed": false,
        "internalType": "uint256"
      }
    ],
    "anonymous": false
  },
  {
    "type": "event",
    "name": "WithdrawalRequested",
    "inputs": [
      {
        "name": "payer",
        "type": "address",
        "indexed": true,
        "internalType": "address"
      },
      {
        "name": "amount",
        "type": "uint256",
        "indexed": false,
        "internalType": "uint256"
      },
      {
        "name": "thawsAt",
        "type": "uint64",
        "indexed": false,
        "internalType": "uint64"
      }
    ],
    "anonymous": false
  },
  {
    "type": "event",
    "name": "Withdrawn",
    "inputs": [
      {
        "name": "payer",
        "type": "address",
        "indexed": true,
        "internalType": "address"
      },
      {
        "name": "amount",
        "type": "uint256",
        "indexed": false,
        "internalType": "uint256"
      }
    ],
    "anonymous": false
  },
  {
    "type": "error",
    "name": "AboveBalance",
    "inputs": [
      {
        "name": "payer",
        "type": "address",
        "internalType": "address"
      },
      {
        "name": "amount",
        "type": "uint256",
        "internalType": "uint256"
      },
      {
        "name": "balance",
        "type": "uint256",
        "internalType": "uint256"
      }
    ]
  },
  {
    "type": "error",
    "name": "NotDeployer",
    "inputs": [
      {
        "name": "caller",
        "type": "address",
        "internalType": "address"
      }
    ]
  },
  {
    "type": "error",
    "name": "NotSettlement",
    "inputs": [
      {
        "name": "caller",
        "type": "address",
        "internalType": "address"
      }
    ]
  },
  {
    "type": "error",
    "name": "NothingRequested",
    "inputs": [
      {
        "name": "payer",
        "type": "address",
        "internalType": "address"
      }
    ]
  },
  {
    "type": "error",
    "name": "RowsNotAscending",
    "inputs": [
      {
        "name": "index",
        "type": "uint256",
        "internalType": "uint256"
      }
    ]
  },
  {
    "type": "error",
    "name": "SafeCastOverflowedUintDowncast",
    "inputs": [
      {
        "name": "bits",
        "type": "uint8",
        "internalType": "uint8"
      },
      {
        "name": "value",
        "type": "uint256",
        "internalType": "uint256"
      }
    ]
  },
  {
    "type": "error",
    "name": "SafeERC20FailedOperation",
    "inputs": [
      {
        "name": "token",
        "type": "address",
        "internalType": "address"
      }
    ]
  },
  {
    "type": "error",
    "name": "SettlementAlreadySet",
    "inputs": [
      {
        "name": "settlement",
        "type": "address",
        "internalType": "address"
      }
    ]
  },
  {
    "type": "error",
    "name": "StillThawing",
    "inputs": [
      {
        "name": "thawsAt",
        "type": "uint64",
        "internalType": "uint64"
      }
    ]
  },
  {
    "type": "error",
    "name": "ZeroAddress",
    "inputs": []
  }
] as const;

export const escrowBytecode = "0x60e060405234801561000f575f5ffd5b506040516116b33803806116b383398101604081905261002e91610078565b6001600160a01b0382166100555760405163d92e233d60e01b815260040160405180910390fd5b6001600160a01b039091166080526001600160401b031660a0523360c0526100c6565b5f5f60408385031215610089575f5ffd5b82516001600160a01b038116811461009f575f5ffd5b60208401519092506001600160401b03811681146100bb575f5ffd5b809150509250929050565b60805160a05160c05161159961011a5f395f81816103a60152610d7f01525f81816103660152610f8401525f8181610265015281816106750152818161086001528181610aed0152610d3901526115995ff3fe608060405234801561000f575f5ffd5b50600436106100f0575f3560e01c806370a0823111610093578063c125623f11610063578063c125623f14610316578063cf9aebee14610361578063d5f39488146103a1578063d88d9b70146103c8575f5ffd5b806370a082311461029a5780638c1aad04146102dd5780638f4e6f37146102f05780639ee679e814610303575f5ffd5b806347e7ef24116100ce57806347e7ef2414610207578063511606301461021c57806351adeb57146102605780636b9c75c014610287575f5ffd5b80630964c95b146100f45780633b911c6c146101925780633ccfd60b146101ff575b5f5ffd5b61016f610102366004611404565b73ffffffffffffffffffffffffffffffffffffffff165f908152600160205260409020546c0100000000000000000000000081046bffffffffffffffffffffffff1691780100000000000000000000000000000000000000000000000090910467ffffffffffffffff1690565b6040805192835267ffffffffffffffff9091166020830152015b60405180910390f35b6101f16101a0366004611404565b73ffffffffffffffffffffffffffffffffffffffff165f908152600160208190526040909120015470010000000000000000000000000000000090046fffffffffffffffffffffffffffffffff1690565b604051908152602001610189565b6101f16103db565b61021a61021536600461141d565b6106be565b005b5f5461023b9073ffffffffffffffffffffffffffffffffffffffff1681565b60405173ffffffffffffffffffffffffffffffffffffffff9091168152602001610189565b61023b7f000000000000000000000000000000000000000000000000000000000000000081565b6101f1610295366004611445565b61088d565b6101f16102a8366004611404565b73ffffffffffffffffffffffffffffffffffffffff165f908152600160205260409020546bffffffffffffffffffffffff1690565b6101f16102eb366004611445565b610b1b565b61021a6102fe366004611404565b610d67565b61021a6103113660046114b6565b610efb565b6101f1610324366004611404565b73ffffffffffffffffffffffffffffffffffffffff165f90815260016020819052604090912001546fffffffffffffffffffffffffffffffff1690565b6103887f000000000000000000000000000000000000000000000000000000000000000081565b60405167ffffffffffffffff9091168152602001610189565b61023b7f000000000000000000000000000000000000000000000000000000000000000081565b6101f16103d6366004611404565b61107a565b335f90815260016020526040812080546c0100000000000000000000000090046bffffffffffffffffffffffff168203610448576040517fe43ab8a90000000000000000000000000000000000000000000000000000000081523360048201526024015b60405180910390fd5b80547801000000000000000000000000000000000000000000000000900467ffffffffffffffff164210156104d35780546040517f6532c7dc000000000000000000000000000000000000000000000000000000008152780100000000000000000000000000000000000000000000000090910467ffffffffffffffff16600482015260240161043f565b80545f906bffffffffffffffffffffffff8082166c0100000000000000000000000090920416106105135781546bffffffffffffffffffffffff16610534565b81546c0100000000000000000000000090046bffffffffffffffffffffffff165b8254909150819083905f906105589084906bffffffffffffffffffffffff166114fa565b82546101009290920a6bffffffffffffffffffffffff8181021990931691831602179091558354811684556001840180549184169250906010906105c390849070010000000000000000000000000000000090046fffffffffffffffffffffffffffffffff1661151e565b92506101000a8154816fffffffffffffffffffffffffffffffff02191690836fffffffffffffffffffffffffffffffff1602179055503373ffffffffffffffffffffffffffffffffffffffff167f7084f5476618d8e60b11ef0d7d3f06914655adb8793e28ff7f018d4c76d505d58260405161065391906bffffffffffffffffffffffff91909116815260200190565b60405180910390a26106aa73ffffffffffffffffffffffffffffffffffffffff7f000000000000000000000000000000000000000000000000000000000000000016336bffffffffffffffffffffffff841661110b565b6bffffffffffffffffffffffff1692915050565b73ffffffffffffffffffffffffffffffffffffffff821661070b576040517fd92e233d00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b73ffffffffffffffffffffffffffffffffffffffff82165f90815260016020526040902080546107539061074e9084906bffffffffffffffffffffffff16611546565b611166565b81547fffffffffffffffffffffffffffffffffffffffff000000000000000000000000166bffffffffffffffffffffffff9190911617815560018101546107b6906107b19084906fffffffffffffffffffffffffffffffff16611546565b6111bb565b6001820180547fffffffffffffffffffffffffffffffff00000000000000000000000000000000166fffffffffffffffffffffffffffffffff92909216919091179055604051828152339073ffffffffffffffffffffffffffffffffffffffff8516907f8752a472e571a816aea92eec8dae9baf628e840f4929fbcc2d155e6233ff68a79060200160405180910390a361088873ffffffffffffffffffffffffffffffffffffffff7f000000000000000000000000000000000000000000000000000000000000000016333085611210565b505050565b5f805473ffffffffffffffffffffffffffffffffffffffff1633146108e0576040517f4afb55c500000000000000000000000000000000000000000000000000000000815233600482015260240161043f565b5f805b83811015610acc575f8585838181106108fe576108fe611559565b6109149260206040909202019081019150611404565b90505f86868481811061092957610929611559565b9050604002016020013590508373ffffffffffffffffffffffffffffffffffffffff168273ffffffffffffffffffffffffffffffffffffffff161161099d576040517f0b55cade0000000000000000000000000000000000000000000000000000000081526004810184905260240161043f565b73ffffffffffffffffffffffffffffffffffffffff82165f908152600160205260409020805492945084926bffffffffffffffffffffffff1680831115610a36576040517f1008447400000000000000000000000000000000000000000000000000000000815273ffffffffffffffffffffffffffffffffffffffff85166004820152602481018490526044810182905260640161043f565b81547fffffffffffffffffffffffffffffffffffffffff000000000000000000000000168382036bffffffffffffffffffffffff161782556040518381529683019673ffffffffffffffffffffffffffffffffffffffff8516907f48345aeccf2365d0390103e35a5a06623d269cb0d4d8474f14a7766653c1d82b9060200160405180910390a2505050508060010190506108e3565b508115610b1457610b1473ffffffffffffffffffffffffffffffffffffffff7f000000000000000000000000000000000000000000000000000000000000000016338461110b565b5092915050565b5f805473ffffffffffffffffffffffffffffffffffffffff163314610b6e576040517f4afb55c500000000000000000000000000000000000000000000000000000000815233600482015260240161043f565b5f5b82811015610d18575f60015f868685818110610b8e57610b8e611559565b610ba49260206040909202019081019150611404565b73ffffffffffffffffffffffffffffffffffffffff1673ffffffffffffffffffffffffffffffffffffffff1681526020019081526020015f209050610c1c858584818110610bf457610bf4611559565b845461074e936020604090930201919091013591506bffffffffffffffffffffffff16611546565b81547fffffffffffffffffffffffffffffffffffffffff000000000000000000000000166bffffffffffffffffffffffff91909116178155848483818110610c6657610c66611559565b9050604002016020013583610c7b9190611546565b9250848483818110610c8f57610c8f611559565b610ca59260206040909202019081019150611404565b73ffffffffffffffffffffffffffffffffffffffff167fbc3d1d7bdf28068ebcac831385974a4ed8951646b30352728e3bcf0be59d0fe4868685818110610cee57610cee611559565b90506040020160200135604051610d0791815260200190565b60405180910390a250600101610b70565b508015610d6157610d6173ffffffffffffffffffffffffffffffffffffffff7f000000000000000000000000000000000000000000000000000000000000000016333084611210565b92915050565b3373ffffffffffffffffffffffffffffffffffffffff7f00000000000000000000000000000000000000000000000000000000000000001614610dd8576040517f0c8cc03600000000000000000000000000000000000000000000000000000000815233600482015260240161043f565b5f5473ffffffffffffffffffffffffffffffffffffffff1615610e42575f546040517f42723ece00000000000000000000000000000000000000000000000000000000815273ffffffffffffffffffffffffffffffffffffffff909116600482015260240161043f565b73ffffffffffffffffffffffffffffffffffffffff8116610e8f576040517fd92e233d00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b5f80547fffffffffffffffffffffffff00000000000000000000000000000000000000001673ffffffffffffffffffffffffffffffffffffffff8316908117825560405190917f9f266baf9d71b9257e2d4938694b1264393222f7d373cca75af0998bb5fcca9991a250565b335f90815260016020526040902080546bffffffffffffffffffffffff16821115610f725780546040517f10084474000000000000000000000000000000000000000000000000000000008152336004820152602481018490526bffffffffffffffffffffffff909116604482015260640161043f565b5f610faf610faa67ffffffffffffffff7f00000000000000000000000000000000000000000000000000000000000000001642611546565b611272565b9050610fba83611166565b825467ffffffffffffffff831678010000000000000000000000000000000000000000000000000277ffffffffffffffffffffffffffffffffffffffffffffffff6bffffffffffffffffffffffff9384166c010000000000000000000000000216929091169190911717825560405133907fbf6730b5b5d9fd45cdb42f69910317da629fd6e12b3ab41aa1708cd916385dfc9061106d908690859091825267ffffffffffffffff16602082015260400190565b60405180910390a2505050565b73ffffffffffffffffffffffffffffffffffffffff81165f908152600160208190526040822080549181015490916bffffffffffffffffffffffff6c0100000000000000000000000090910416906110fa906fffffffffffffffffffffffffffffffff700100000000000000000000000000000000820481169116611586565b6111049190611586565b9392505050565b61111883838360016112c1565b610888576040517f5274afe700000000000000000000000000000000000000000000000000000000815273ffffffffffffffffffffffffffffffffffffffff8416600482015260240161043f565b5f6bffffffffffffffffffffffff8211156111b7576040517f6dfcc650000000000000000000000000000000000000000000000000000000008152606060048201526024810183905260440161043f565b5090565b5f6fffffffffffffffffffffffffffffffff8211156111b7576040517f6dfcc650000000000000000000000000000000000000000000000000000000008152608060048201526024810183905260440161043f565b61121e848484846001611349565b61126c576040517f5274afe700000000000000000000000000000000000000000000000000000000815273ffffffffffffffffffffffffffffffffffffffff8516600482015260240161043f565b50505050565b5f67ffffffffffffffff8211156111b757604080517f6dfcc65000000000000000000000000000000000000000000000000000000000815260048101919091526024810183905260440161043f565b6040517fa9059cbb000000000000000000000000000000000000000000000000000000005f81815273ffffffffffffffffffffffffffffffffffffffff8616600452602485905291602083604481808b5af1925060015f5114831661133d578383151615611331573d5f823e3d81fd5b5f873b113d1516831692505b60405250949350505050565b6040517f23b872dd000000000000000000000000000000000000000000000000000000005f81815273ffffffffffffffffffffffffffffffffffffffff8781166004528616602452604485905291602083606481808c5af1925060015f511483166113cb5783831516156113bf573d5f823e3d81fd5b5f883b113d1516831692505b604052505f60605295945050505050565b803573ffffffffffffffffffffffffffffffffffffffff811681146113ff575f5ffd5b919050565b5f60208284031215611414575f5ffd5b611104826113dc565b5f5f6040838503121561142e575f5ffd5b611437836113dc565b946020939093013593505050565b5f5f60208385031215611456575f5ffd5b823567ffffffffffffffff81111561146c575f5ffd5b8301601f8101851361147c575f5ffd5b803567ffffffffffffffff811115611492575f5ffd5b8560208260061b84010111156114a6575f5ffd5b6020919091019590945092505050565b5f602082840312156114c6575f5ffd5b5035919050565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52601160045260245ffd5b6bffffffffffffffffffffffff8281168282160390811115610d6157610d616114cd565b6fffffffffffffffffffffffffffffffff8181168382160190811115610d6157610d616114cd565b80820180821115610d6157610d616114cd565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52603260045260245ffd5b81810381811115610d6157610d616114cd56" as const;
