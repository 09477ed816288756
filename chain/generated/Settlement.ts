// Generated from contracts/src/Settlement.sol by tools/contracts.ts. Do not edit.
export const settlementAbi = [
  {
    "type": "constructor",
    "inputs": [
      {
        "name": "c",
        "type": "tuple",
        "internalType": "struct Config",
        "components": [
          {
            "name": "dollar",
            "type": "address",
            "internalType": "contract IERC20"
          },
          {
            "name": "way",
            "type": "address",
            "internalType": "contract Way"
          },
          {
            "name": "escrow",
            "type": "address",
            "internalType": "contract Escrow"
          },
          {
            "name": "registry",
            "type": "address",
            "internalType": "contract Registry"
          },
          {
            "name": "burnAuction",
            "type": "address",
            "internalType": "address"
          },
          {
            "name": "owner",
            "type": "address",
            "internalType": "address"
          },
          {
            "name": "guardian",
            "type": "address",
            "internalType": "address"
          },
          {
            "name": "genesisTime",
            "type": "uint64",
            "internalType": "uint64"
          },
          {
            "name": "epochSeconds",
            "type": "uint64",
            "internalType": "uint64"
          },
          {
            "name": "seedDelayBlocks",
            "type": "uint64",
            "internalType": "uint64"
          },
          {
            "name": "disputeWindowSeconds",
            "type": "uint64",
            "internalType": "uint64"
          },
          {
            "name": "params",
            "type": "tuple",
            "internalType": "struct Params",
            "components": [
              {
                "name": "deviceBps",
                "type": "uint16",
                "internalType": "uint16"
              },
              {
                "name": "poolBps",
                "type": "uint16",
                "internalType": "uint16"
              },
              {
                "name": "verificationBps",
                "type": "uint16",
                "internalType": "uint16"
              },
              {
                "name": "burnBps",
                "type": "uint16",
                "internalType": "uint16"
              },
              {
                "name": "lambdaPerBillion",
                "type": "uint32",
                "internalType": "uint32"
              },
              {
                "name": "stipendPerEpoch",
                "type": "uint96",
                "internalType": "uint96"
              },
              {
                "name": "weightBps",
                "type": "uint16[4]",
                "internalType": "uint16[4]"
              }
            ]
          }
        ]
      }
    ],
    "stateMutability": "nonpayable"
  },
  {
    "type": "function",
    "name": "MAX_PAUSE_SECONDS",
    "inputs": [],
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
    "name": "burnAuction",
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
    "name": "claim",
    "inputs": [
      {
        "name": "account",
        "type": "address",
        "internalType": "address"
      },
      {
        "name": "dollars",
        "type": "uint128",
        "internalType": "uint128"
      },
      {
        "name": "way_",
        "type": "uint128",
        "internalType": "uint128"
      },
      {
        "name": "index",
        "type": "uint256",
        "internalType": "uint256"
      },
      {
        "name": "proof",
        "type": "tuple[]",
        "internalType": "struct ProofStep[]",
        "components": [
          {
            "name": "hash",
            "type": "bytes32",
            "internalType": "bytes32"
          },
          {
            "name": "sum",
            "type": "uint256",
            "internalType": "uint256"
          }
        ]
      }
    ],
    "outputs": [],
    "stateMutability": "nonpayable"
  },
  {
    "type": "function",
    "name": "claimBatch",
    "inputs": [
      {
        "name": "claims",
        "type": "tuple[]",
        "internalType": "struct Claim[]",
        "components": [
          {
            "name": "account",
            "type": "address",
            "internalType": "address"
          },
          {
            "name": "dollars",
            "type": "uint128",
            "internalType": "uint128"
          },
          {
            "name": "way",
            "type": "uint128",
            "internalType": "uint128"
          },
          {
            "name": "index",
            "type": "uint256",
            "internalType": "uint256"
          },
          {
            "name": "proof",
            "type": "tuple[]",
            "internalType": "struct ProofStep[]",
            "components": [
              {
                "name": "hash",
                "type": "bytes32",
                "internalType": "bytes32"
              },
              {
                "name": "sum",
                "type": "uint256",
                "internalType": "uint256"
              }
            ]
          }
        ]
      }
    ],
    "outputs": [],
    "stateMutability": "nonpayable"
  },
  {
    "type": "function",
    "name": "claimable",
    "inputs": [],
    "outputs": [
      {
        "name": "current",
        "type": "tuple",
        "internalType": "struct Payouts.Outcome",
        "components": [
          {
            "name": "statementHash",
            "type": "bytes32",
            "internalType": "bytes32"
          },
          {
            "name": "payoutsRoot",
            "type": "bytes32",
            "internalType": "bytes32"
          },
          {
            "name": "payoutsSum",
            "type": "uint256",
            "internalType": "uint256"
          }
        ]
      },
      {
        "name": "previous",
        "type": "tuple",
        "internalType": "struct Payouts.Outcome",
        "components": [
          {
            "name": "statementHash",
            "type": "bytes32",
            "internalType": "bytes32"
          },
          {
            "name": "payoutsRoot",
            "type": "bytes32",
            "internalType": "bytes32"
          },
          {
            "name": "payoutsSum",
            "type": "uint256",
            "internalType": "uint256"
          }
        ]
      }
    ],
    "stateMutability": "view"
  },
  {
    "type": "function",
    "name": "claimed",
    "inputs": [
      {
        "name": "account",
        "type": "address",
        "internalType": "address"
      }
    ],
    "outputs": [
      {
        "name": "dollars",
        "type": "uint256",
        "internalType": "uint256"
      },
      {
        "name": "wayAmount",
        "type": "uint256",
        "internalType": "uint256"
      }
    ],
    "stateMutability": "view"
  },
  {
    "type": "function",
    "name": "claimedTotal",
    "inputs": [],
    "outputs": [
      {
        "name": "dollars",
        "type": "uint256",
        "internalType": "uint256"
      },
      {
        "name": "wayAmount",
        "type": "uint256",
        "internalType": "uint256"
      }
    ],
    "stateMutability": "view"
  },
  {
    "type": "function",
    "name": "clock",
    "inputs": [],
    "outputs": [
      {
        "name": "",
        "type": "tuple",
        "internalType": "struct Settlement.Clock",
        "components": [
          {
            "name": "nextEpoch",
            "type": "uint48",
            "internalType": "uint48"
          },
          {
            "name": "nextStatement",
            "type": "uint48",
            "internalType": "uint48"
          },
          {
            "name": "accepted",
            "type": "uint48",
            "internalType": "uint48"
          },
          {
            "name": "finalized",
            "type": "uint48",
            "internalType": "uint48"
          },
          {
            "name": "finalAt",
            "type": "uint48",
            "internalType": "uint48"
          }
        ]
      }
    ],
    "stateMutability": "view"
  },
  {
    "type": "function",
    "name": "commitReveal",
    "inputs": [
      {
        "name": "epoch",
        "type": "uint64",
        "internalType": "uint64"
      },
      {
        "name": "head",
        "type": "bytes32",
        "internalType": "bytes32"
      }
    ],
    "outputs": [],
    "stateMutability": "nonpayable"
  },
  {
    "type": "function",
    "name": "currentEpoch",
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
    "name": "disputeWindowSeconds",
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
    "name": "domainSeparator",
    "inputs": [],
    "outputs": [
      {
        "name": "",
        "type": "bytes32",
        "internalType": "bytes32"
      }
    ],
    "stateMutability": "view"
  },
  {
    "type": "function",
    "name": "eip712Domain",
    "inputs": [],
    "outputs": [
      {
        "name": "fields",
        "type": "bytes1",
        "internalType": "bytes1"
      },
      {
        "name": "name",
        "type": "string",
        "internalType": "string"
      },
      {
        "name": "version",
        "type": "string",
        "internalType": "string"
      },
      {
        "name": "chainId",
        "type": "uint256",
        "internalType": "uint256"
      },
      {
        "name": "verifyingContract",
        "type": "address",
        "internalType": "address"
      },
      {
        "name": "salt",
        "type": "bytes32",
        "internalType": "bytes32"
      },
      {
        "name": "extensions",
        "type": "uint256[]",
        "internalType": "uint256[]"
      }
    ],
    "stateMutability": "view"
  },
  {
    "type": "function",
    "name": "epochSeconds",
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
    "name": "escrow",
    "inputs": [],
    "outputs": [
      {
        "name": "",
        "type": "address",
        "internalType": "contract Escrow"
      }
    ],
    "stateMutability": "view"
  },
  {
    "type": "function",
    "name": "finalize",
    "inputs": [],
    "outputs": [],
    "stateMutability": "nonpayable"
  },
  {
    "type": "function",
    "name": "fundStipend",
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
    "name": "genesisTime",
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
    "name": "guardian",
    "inputs": [],
    "outputs": [
      {
        "name": "account",
        "type": "address",
        "internalType": "address"
      },
      {
        "name": "pausedUntil",
        "type": "uint64",
        "internalType": "uint64"
      }
    ],
    "stateMutability": "view"
  },
  {
    "type": "function",
    "name": "latest",
    "inputs": [],
    "outputs": [
      {
        "name": "outcome",
        "type": "tuple",
        "internalType": "struct Payouts.Outcome",
        "components": [
          {
            "name": "statementHash",
            "type": "bytes32",
            "internalType": "bytes32"
          },
          {
            "name": "payoutsRoot",
            "type": "bytes32",
            "internalType": "bytes32"
          },
          {
            "name": "payoutsSum",
            "type": "uint256",
            "internalType": "uint256"
          }
        ]
      },
      {
        "name": "isFinal",
        "type": "bool",
        "internalType": "bool"
      }
    ],
    "stateMutability": "view"
  },
  {
    "type": "function",
    "name": "maxLambdaPerBillion",
    "inputs": [],
    "outputs": [
      {
        "name": "",
        "type": "uint32",
        "internalType": "uint32"
      }
    ],
    "stateMutability": "view"
  },
  {
    "type": "function",
    "name": "openEpoch",
    "inputs": [
      {
        "name": "epoch",
        "type": "uint64",
        "internalType": "uint64"
      }
    ],
    "outputs": [],
    "stateMutability": "nonpayable"
  },
  {
    "type": "function",
    "name": "owner",
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
    "name": "params",
    "inputs": [],
    "outputs": [
      {
        "name": "",
        "type": "tuple",
        "internalType": "struct Params",
        "components": [
          {
            "name": "deviceBps",
            "type": "uint16",
            "internalType": "uint16"
          },
          {
            "name": "poolBps",
            "type": "uint16",
            "internalType": "uint16"
          },
          {
            "name": "verificationBps",
            "type": "uint16",
            "internalType": "uint16"
          },
          {
            "name": "burnBps",
            "type": "uint16",
            "internalType": "uint16"
          },
          {
            "name": "lambdaPerBillion",
            "type": "uint32",
            "internalType": "uint32"
          },
          {
            "name": "stipendPerEpoch",
            "type": "uint96",
            "internalType": "uint96"
          },
          {
            "name": "weightBps",
            "type": "uint16[4]",
            "internalType": "uint16[4]"
          }
        ]
      }
    ],
    "stateMutability": "view"
  },
  {
    "type": "function",
    "name": "paramsHash",
    "inputs": [],
    "outputs": [
      {
        "name": "",
        "type": "bytes32",
        "internalType": "bytes32"
      }
    ],
    "stateMutability": "view"
  },
  {
    "type": "function",
    "name": "pause",
    "inputs": [
      {
        "name": "seconds_",
        "type": "uint64",
        "internalType": "uint64"
      }
    ],
    "outputs": [],
    "stateMutability": "nonpayable"
  },
  {
    "type": "function",
    "name": "postStatement",
    "inputs": [
      {
        "name": "s",
        "type": "tuple",
        "internalType": "struct Statement",
        "components": [
          {
            "name": "epoch",
            "type": "uint64",
            "internalType": "uint64"
          },
          {
            "name": "previous",
            "type": "bytes32",
            "internalType": "bytes32"
          },
          {
            "name": "paramsHash",
            "type": "bytes32",
            "internalType": "bytes32"
          },
          {
            "name": "registryBlock",
            "type": "uint64",
            "internalType": "uint64"
          },
          {
            "name": "bundleHeadsHash",
            "type": "bytes32",
            "internalType": "bytes32"
          },
          {
            "name": "payerRowsHash",
            "type": "bytes32",
            "internalType": "bytes32"
          },
          {
            "name": "dollarsIn",
            "type": "uint256",
            "internalType": "uint256"
          },
          {
            "name": "devicesDollars",
            "type": "uint256",
            "internalType": "uint256"
          },
          {
            "name": "verificationDollars",
            "type": "uint256",
            "internalType": "uint256"
          },
          {
            "name": "auctionDollars",
            "type": "uint256",
            "internalType": "uint256"
          },
          {
            "name": "allottedByKindHash",
            "type": "bytes32",
            "internalType": "bytes32"
          },
          {
            "name": "wayAllotted",
            "type": "uint256",
            "internalType": "uint256"
          },
          {
            "name": "wayVested",
            "type": "uint256",
            "internalType": "uint256"
          },
          {
            "name": "stipendWay",
            "type": "uint256",
            "internalType": "uint256"
          },
          {
            "name": "reserveAfter",
            "type": "uint256",
            "internalType": "uint256"
          },
          {
            "name": "vouchersRoot",
            "type": "bytes32",
            "internalType": "bytes32"
          },
          {
            "name": "verdictsRoot",
            "type": "bytes32",
            "internalType": "bytes32"
          },
          {
            "name": "devicesRoot",
            "type": "bytes32",
            "internalType": "bytes32"
          },
          {
            "name": "localitiesRoot",
            "type": "bytes32",
            "internalType": "bytes32"
          },
          {
            "name": "payoutsRoot",
            "type": "bytes32",
            "internalType": "bytes32"
          },
          {
            "name": "payoutsSum",
            "type": "uint256",
            "internalType": "uint256"
          },
          {
            "name": "stateRoot",
            "type": "bytes32",
            "internalType": "bytes32"
          },
          {
            "name": "stateSum",
            "type": "uint256",
            "internalType": "uint256"
          }
        ]
      },
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
      },
      {
        "name": "allottedByKind",
        "type": "uint256[4]",
        "internalType": "uint256[4]"
      },
      {
        "name": "bundleHeads",
        "type": "bytes32[]",
        "internalType": "bytes32[]"
      },
      {
        "name": "signatures",
        "type": "bytes[]",
        "internalType": "bytes[]"
      }
    ],
    "outputs": [],
    "stateMutability": "nonpayable"
  },
  {
    "type": "function",
    "name": "recordSeed",
    "inputs": [
      {
        "name": "epoch",
        "type": "uint64",
        "internalType": "uint64"
      }
    ],
    "outputs": [],
    "stateMutability": "nonpayable"
  },
  {
    "type": "function",
    "name": "registry",
    "inputs": [],
    "outputs": [
      {
        "name": "",
        "type": "address",
        "internalType": "contract Registry"
      }
    ],
    "stateMutability": "view"
  },
  {
    "type": "function",
    "name": "renounceOwnership",
    "inputs": [],
    "outputs": [],
    "stateMutability": "nonpayable"
  },
  {
    "type": "function",
    "name": "reserve",
    "inputs": [],
    "outputs": [
      {
        "name": "",
        "type": "uint128",
        "internalType": "uint128"
      }
    ],
    "stateMutability": "view"
  },
  {
    "type": "function",
    "name": "revealHead",
    "inputs": [
      {
        "name": "epoch",
        "type": "uint64",
        "internalType": "uint64"
      },
      {
        "name": "verifier",
        "type": "address",
        "internalType": "address"
      }
    ],
    "outputs": [
      {
        "name": "",
        "type": "bytes32",
        "internalType": "bytes32"
      }
    ],
    "stateMutability": "view"
  },
  {
    "type": "function",
    "name": "seed",
    "inputs": [
      {
        "name": "epoch",
        "type": "uint64",
        "internalType": "uint64"
      }
    ],
    "outputs": [
      {
        "name": "",
        "type": "bytes32",
        "internalType": "bytes32"
      }
    ],
    "stateMutability": "view"
  },
  {
    "type": "function",
    "name": "seedBlock",
    "inputs": [
      {
        "name": "epoch",
        "type": "uint64",
        "internalType": "uint64"
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
    "name": "seedDelayBlocks",
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
    "name": "setGuardian",
    "inputs": [
      {
        "name": "guardian_",
        "type": "address",
        "internalType": "address"
      }
    ],
    "outputs": [],
    "stateMutability": "nonpayable"
  },
  {
    "type": "function",
    "name": "setParams",
    "inputs": [
      {
        "name": "p",
        "type": "tuple",
        "internalType": "struct Params",
        "components": [
          {
            "name": "deviceBps",
            "type": "uint16",
            "internalType": "uint16"
          },
          {
            "name": "poolBps",
            "type": "uint16",
            "internalType": "uint16"
          },
          {
            "name": "verificationBps",
            "type": "uint16",
            "internalType": "uint16"
          },
          {
            "name": "burnBps",
            "type": "uint16",
            "internalType": "uint16"
          },
          {
            "name": "lambdaPerBillion",
            "type": "uint32",
            "internalType": "uint32"
          },
          {
            "name": "stipendPerEpoch",
            "type": "uint96",
            "internalType": "uint96"
          },
          {
            "name": "weightBps",
            "type": "uint16[4]",
            "internalType": "uint16[4]"
          }
        ]
      }
    ],
    "outputs": [],
    "stateMutability": "nonpayable"
  },
  {
    "type": "function",
    "name": "statementDigest",
    "inputs": [
      {
        "name": "s",
        "type": "tuple",
        "internalType": "struct Statement",
        "components": [
          {
            "name": "epoch",
            "type": "uint64",
            "internalType": "uint64"
          },
          {
            "name": "previous",
            "type": "bytes32",
            "internalType": "bytes32"
          },
          {
            "name": "paramsHash",
            "type": "bytes32",
            "internalType": "bytes32"
          },
          {
            "name": "registryBlock",
            "type": "uint64",
            "internalType": "uint64"
          },
          {
            "name": "bundleHeadsHash",
            "type": "bytes32",
            "internalType": "bytes32"
          },
          {
            "name": "payerRowsHash",
            "type": "bytes32",
            "internalType": "bytes32"
          },
          {
            "name": "dollarsIn",
            "type": "uint256",
            "internalType": "uint256"
          },
          {
            "name": "devicesDollars",
            "type": "uint256",
            "internalType": "uint256"
          },
          {
            "name": "verificationDollars",
            "type": "uint256",
            "internalType": "uint256"
          },
          {
            "name": "auctionDollars",
            "type": "uint256",
            "internalType": "uint256"
          },
          {
            "name": "allottedByKindHash",
            "type": "bytes32",
            "internalType": "bytes32"
          },
          {
            "name": "wayAllotted",
            "type": "uint256",
            "internalType": "uint256"
          },
          {
            "name": "wayVested",
            "type": "uint256",
            "internalType": "uint256"
          },
          {
            "name": "stipendWay",
            "type": "uint256",
            "internalType": "uint256"
          },
          {
            "name": "reserveAfter",
            "type": "uint256",
            "internalType": "uint256"
          },
          {
            "name": "vouchersRoot",
            "type": "bytes32",
            "internalType": "bytes32"
          },
          {
            "name": "verdictsRoot",
            "type": "bytes32",
            "internalType": "bytes32"
          },
          {
            "name": "devicesRoot",
            "type": "bytes32",
            "internalType": "bytes32"
          },
          {
            "name": "localitiesRoot",
            "type": "bytes32",
            "internalType": "bytes32"
          },
          {
            "name": "payoutsRoot",
            "type": "bytes32",
            "internalType": "bytes32"
          },
          {
            "name": "payoutsSum",
            "type": "uint256",
            "internalType": "uint256"
          },
          {
            "name": "stateRoot",
            "type": "bytes32",
            "internalType": "bytes32"
          },
          {
            "name": "stateSum",
            "type": "uint256",
            "internalType": "uint256"
          }
        ]
      }
    ],
    "outputs": [
      {
        "name": "",
        "type": "bytes32",
        "internalType": "bytes32"
      }
    ],
    "stateMutability": "view"
  },
  {
    "type": "function",
    "name": "stipendPot",
    "inputs": [],
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
    "name": "transferOwnership",
    "inputs": [
      {
        "name": "newOwner",
        "type": "address",
        "internalType": "address"
      }
    ],
    "outputs": [],
    "stateMutability": "nonpayable"
  },
  {
    "type": "function",
    "name": "unpause",
    "inputs": [],
    "outputs": [],
    "stateMutability": "nonpayable"
  },
  {
    "type": "function",
    "name": "vestedTotal",
    "inputs": [],
    "outputs": [
      {
        "name": "",
        "type": "uint128",
        "internalType": "uint128"
      }
    ],
    "stateMutability": "view"
  },
  {
    "type": "function",
    "name": "way",
    "inputs": [],
    "outputs": [
      {
        "name": "",
        "type": "address",
        "internalType": "contract Way"
      }
    ],
    "stateMutability": "view"
  },
  {
    "type": "event",
    "name": "EIP712DomainChanged",
    "inputs": [],
    "anonymous": false
  },
  {
    "type": "event",
    "name": "EpochOpened",
    "inputs": [
      {
        "name": "epoch",
        "type": "uint64",
        "indexed": true,
        "internalType": "uint64"
      },
      {
        "name": "seedBlock",
        "type": "uint256",
        "indexed": false,
        "internalType": "uint256"
      }
    ],
    "anonymous": false
  },
  {
    "type": "event",
    "name": "GuardianSet",
    "inputs": [
      {
        "name": "guardian",
        "type": "address",
        "indexed": true,
        "internalType": "address"
      }
    ],
    "anonymous": false
  },
  {
    "type": "event",
    "name": "OwnershipTransferred",
    "inputs": [
      {
        "name": "previousOwner",
        "type": "address",
        "indexed": true,
        "internalType": "address"
      },
      {
        "name": "newOwner",
        "type": "address",
        "indexed": true,
        "internalType": "address"
      }
    ],
    "anonymous": false
  },
  {
    "type": "event",
    "name": "ParamsSet",
    "inputs": [
      {
        "name": "paramsHash",
        "type": "bytes32",
        "indexed": true,
        "internalType": "bytes32"
      },
      {
        "name": "params",
        "type": "tuple",
        "indexed": false,
        "internalType": "struct Params",
        "components": [
          {
            "name": "deviceBps",
            "type": "uint16",
            "internalType": "uint16"
          },
          {
            "name": "poolBps",
            "type": "uint16",
            "internalType": "uint16"
          },
          {
            "name": "verificationBps",
            "type": "uint16",
            "internalType": "uint16"
          },
          {
            "name": "burnBps",
            "type": "uint16",
            "internalType": "uint16"
          },
          {
            "name": "lambdaPerBillion",
            "type": "uint32",
            "internalType": "uint32"
          },
          {
            "name": "stipendPerEpoch",
            "type": "uint96",
            "internalType": "uint96"
          },
          {
            "name": "weightBps",
            "type": "uint16[4]",
            "internalType": "uint16[4]"
          }
        ]
      }
    ],
    "anonymous": false
  },
  {
    "type": "event",
    "name": "Paused",
    "inputs": [
      {
        "name": "until",
        "type": "uint64",
        "indexed": false,
        "internalType": "uint64"
      }
    ],
    "anonymous": false
  },
  {
    "type": "event",
    "name": "PayoutClaimed",
    "inputs": [
      {
        "name": "account",
        "type": "address",
        "indexed": true,
        "internalType": "address"
      },
      {
        "name": "recipient",
        "type": "address",
        "indexed": true,
        "internalType": "address"
      },
      {
        "name": "dollars",
        "type": "uint256",
        "indexed": false,
        "internalType": "uint256"
      },
      {
        "name": "wayAmount",
        "type": "uint256",
        "indexed": false,
        "internalType": "uint256"
      }
    ],
    "anonymous": false
  },
  {
    "type": "event",
    "name": "RevealCommitted",
    "inputs": [
      {
        "name": "epoch",
        "type": "uint64",
        "indexed": true,
        "internalType": "uint64"
      },
      {
        "name": "verifier",
        "type": "address",
        "indexed": true,
        "internalType": "address"
      },
      {
        "name": "head",
        "type": "bytes32",
        "indexed": false,
        "internalType": "bytes32"
      }
    ],
    "anonymous": false
  },
  {
    "type": "event",
    "name": "SeedRecorded",
    "inputs": [
      {
        "name": "epoch",
        "type": "uint64",
        "indexed": true,
        "internalType": "uint64"
      },
      {
        "name": "seed",
        "type": "bytes32",
        "indexed": false,
        "internalType": "bytes32"
      }
    ],
    "anonymous": false
  },
  {
    "type": "event",
    "name": "StatementFinalized",
    "inputs": [
      {
        "name": "statementHash",
        "type": "bytes32",
        "indexed": true,
        "internalType": "bytes32"
      },
      {
        "name": "payoutsRoot",
        "type": "bytes32",
        "indexed": false,
        "internalType": "bytes32"
      },
      {
        "name": "payoutsSum",
        "type": "uint256",
        "indexed": false,
        "internalType": "uint256"
      }
    ],
    "anonymous": false
  },
  {
    "type": "event",
    "name": "StatementPosted",
    "inputs": [
      {
        "name": "epoch",
        "type": "uint64",
        "indexed": true,
        "internalType": "uint64"
      },
      {
        "name": "statementHash",
        "type": "bytes32",
        "indexed": true,
        "internalType": "bytes32"
      },
      {
        "name": "finalAt",
        "type": "uint64",
        "indexed": false,
        "internalType": "uint64"
      },
      {
        "name": "statement",
        "type": "tuple",
        "indexed": false,
        "internalType": "struct Statement",
        "components": [
          {
            "name": "epoch",
            "type": "uint64",
            "internalType": "uint64"
          },
          {
            "name": "previous",
            "type": "bytes32",
            "internalType": "bytes32"
          },
          {
            "name": "paramsHash",
            "type": "bytes32",
            "internalType": "bytes32"
          },
          {
            "name": "registryBlock",
            "type": "uint64",
            "internalType": "uint64"
          },
          {
            "name": "bundleHeadsHash",
            "type": "bytes32",
            "internalType": "bytes32"
          },
          {
            "name": "payerRowsHash",
            "type": "bytes32",
            "internalType": "bytes32"
          },
          {
            "name": "dollarsIn",
            "type": "uint256",
            "internalType": "uint256"
          },
          {
            "name": "devicesDollars",
            "type": "uint256",
            "internalType": "uint256"
          },
          {
            "name": "verificationDollars",
            "type": "uint256",
            "internalType": "uint256"
          },
          {
            "name": "auctionDollars",
            "type": "uint256",
            "internalType": "uint256"
          },
          {
            "name": "allottedByKindHash",
            "type": "bytes32",
            "internalType": "bytes32"
          },
          {
            "name": "wayAllotted",
            "type": "uint256",
            "internalType": "uint256"
          },
          {
            "name": "wayVested",
            "type": "uint256",
            "internalType": "uint256"
          },
          {
            "name": "stipendWay",
            "type": "uint256",
            "internalType": "uint256"
          },
          {
            "name": "reserveAfter",
            "type": "uint256",
            "internalType": "uint256"
          },
          {
            "name": "vouchersRoot",
            "type": "bytes32",
            "internalType": "bytes32"
          },
          {
            "name": "verdictsRoot",
            "type": "bytes32",
            "internalType": "bytes32"
          },
          {
            "name": "devicesRoot",
            "type": "bytes32",
            "internalType": "bytes32"
          },
          {
            "name": "localitiesRoot",
            "type": "bytes32",
            "internalType": "bytes32"
          },
          {
            "name": "payoutsRoot",
            "type": "bytes32",
            "internalType": "bytes32"
          },
          {
            "name": "payoutsSum",
            "type": "uint256",
            "internalType": "uint256"
          },
          {
            "name": "stateRoot",
            "type": "bytes32",
            "internalType": "bytes32"
          },
          {
            "name": "stateSum",
            "type": "uint256",
            "internalType": "uint256"
          }
        ]
      }
    ],
    "anonymous": false
  },
  {
    "type": "event",
    "name": "StatementSources",
    "inputs": [
      {
        "name": "statementHash",
        "type": "bytes32",
        "indexed": true,
        "internalType": "bytes32"
      },
      {
        "name": "signers",
        "type": "address[]",
        "indexed": false,
        "internalType": "address[]"
      },
      {
        "name": "bundleHeads",
        "type": "bytes32[]",
        "indexed": false,
        "internalType": "bytes32[]"
      },
      {
        "name": "allottedByKind",
        "type": "uint256[4]",
        "indexed": false,
        "internalType": "uint256[4]"
      }
    ],
    "anonymous": false
  },
  {
    "type": "event",
    "name": "StatementVoided",
    "inputs": [
      {
        "name": "epoch",
        "type": "uint64",
        "indexed": true,
        "internalType": "uint64"
      },
      {
        "name": "statementHash",
        "type": "bytes32",
        "indexed": true,
        "internalType": "bytes32"
      }
    ],
    "anonymous": false
  },
  {
    "type": "event",
    "name": "StipendFunded",
    "inputs": [
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
      },
      {
        "name": "pot",
        "type": "uint256",
        "indexed": false,
        "internalType": "uint256"
      }
    ],
    "anonymous": false
  },
  {
    "type": "error",
    "name": "AllottedAboveBound",
    "inputs": [
      {
        "name": "kind",
        "type": "uint256",
        "internalType": "uint256"
      },
      {
        "name": "allotted",
        "type": "uint256",
        "internalType": "uint256"
      },
      {
        "name": "bound",
        "type": "uint256",
        "internalType": "uint256"
      }
    ]
  },
  {
    "type": "error",
    "name": "AllottedDoesNotSumUp",
    "inputs": [
      {
        "name": "sum",
        "type": "uint256",
        "internalType": "uint256"
      },
      {
        "name": "wayAllotted",
        "type": "uint256",
        "internalType": "uint256"
      }
    ]
  },
  {
    "type": "error",
    "name": "BundleHeadsNotAscending",
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
    "name": "BurnBelowMinimum",
    "inputs": [
      {
        "name": "burnBps",
        "type": "uint256",
        "internalType": "uint256"
      }
    ]
  },
  {
    "type": "error",
    "name": "ClaimsAboveSettled",
    "inputs": []
  },
  {
    "type": "error",
    "name": "DollarsNotConserved",
    "inputs": [
      {
        "name": "dollarsIn",
        "type": "uint256",
        "internalType": "uint256"
      },
      {
        "name": "sum",
        "type": "uint256",
        "internalType": "uint256"
      }
    ]
  },
  {
    "type": "error",
    "name": "ECDSAInvalidSignature",
    "inputs": []
  },
  {
    "type": "error",
    "name": "ECDSAInvalidSignatureLength",
    "inputs": [
      {
        "name": "length",
        "type": "uint256",
        "internalType": "uint256"
      }
    ]
  },
  {
    "type": "error",
    "name": "ECDSAInvalidSignatureS",
    "inputs": [
      {
        "name": "s",
        "type": "bytes32",
        "internalType": "bytes32"
      }
    ]
  },
  {
    "type": "error",
    "name": "EpochAlreadyOpened",
    "inputs": [
      {
        "name": "epoch",
        "type": "uint64",
        "internalType": "uint64"
      }
    ]
  },
  {
    "type": "error",
    "name": "EpochAlreadySettled",
    "inputs": [
      {
        "name": "epoch",
        "type": "uint64",
        "internalType": "uint64"
      },
      {
        "name": "next",
        "type": "uint64",
        "internalType": "uint64"
      }
    ]
  },
  {
    "type": "error",
    "name": "EpochNotCurrent",
    "inputs": [
      {
        "name": "epoch",
        "type": "uint64",
        "internalType": "uint64"
      },
      {
        "name": "current",
        "type": "uint64",
        "internalType": "uint64"
      }
    ]
  },
  {
    "type": "error",
    "name": "EpochNotEnded",
    "inputs": [
      {
        "name": "epoch",
        "type": "uint64",
        "internalType": "uint64"
      }
    ]
  },
  {
    "type": "error",
    "name": "EpochNotOpened",
    "inputs": [
      {
        "name": "epoch",
        "type": "uint64",
        "internalType": "uint64"
      }
    ]
  },
  {
    "type": "error",
    "name": "IndexOutsideTree",
    "inputs": [
      {
        "name": "index",
        "type": "uint256",
        "internalType": "uint256"
      },
      {
        "name": "depth",
        "type": "uint256",
        "internalType": "uint256"
      }
    ]
  },
  {
    "type": "error",
    "name": "InvalidShortString",
    "inputs": []
  },
  {
    "type": "error",
    "name": "LambdaAboveMaximum",
    "inputs": [
      {
        "name": "lambdaPerBillion",
        "type": "uint256",
        "internalType": "uint256"
      },
      {
        "name": "maximum",
        "type": "uint256",
        "internalType": "uint256"
      }
    ]
  },
  {
    "type": "error",
    "name": "NoRecipient",
    "inputs": [
      {
        "name": "account",
        "type": "address",
        "internalType": "address"
      }
    ]
  },
  {
    "type": "error",
    "name": "NotActiveVerifier",
    "inputs": [
      {
        "name": "account",
        "type": "address",
        "internalType": "address"
      }
    ]
  },
  {
    "type": "error",
    "name": "NotGuardian",
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
    "name": "NotStarted",
    "inputs": [
      {
        "name": "genesisTime",
        "type": "uint64",
        "internalType": "uint64"
      }
    ]
  },
  {
    "type": "error",
    "name": "NotVoidable",
    "inputs": [
      {
        "name": "statementHash",
        "type": "bytes32",
        "internalType": "bytes32"
      }
    ]
  },
  {
    "type": "error",
    "name": "NothingSettled",
    "inputs": []
  },
  {
    "type": "error",
    "name": "NothingToClaim",
    "inputs": [
      {
        "name": "account",
        "type": "address",
        "internalType": "address"
      }
    ]
  },
  {
    "type": "error",
    "name": "NothingToFinalize",
    "inputs": []
  },
  {
    "type": "error",
    "name": "OwnableInvalidOwner",
    "inputs": [
      {
        "name": "owner",
        "type": "address",
        "internalType": "address"
      }
    ]
  },
  {
    "type": "error",
    "name": "OwnableUnauthorizedAccount",
    "inputs": [
      {
        "name": "account",
        "type": "address",
        "internalType": "address"
      }
    ]
  },
  {
    "type": "error",
    "name": "PauseTooLong",
    "inputs": [
      {
        "name": "seconds_",
        "type": "uint256",
        "internalType": "uint256"
      }
    ]
  },
  {
    "type": "error",
    "name": "PauseTooSoon",
    "inputs": [
      {
        "name": "notBefore",
        "type": "uint256",
        "internalType": "uint256"
      }
    ]
  },
  {
    "type": "error",
    "name": "PayAboveBound",
    "inputs": [
      {
        "name": "pay",
        "type": "uint256",
        "internalType": "uint256"
      },
      {
        "name": "bound",
        "type": "uint256",
        "internalType": "uint256"
      }
    ]
  },
  {
    "type": "error",
    "name": "PayoutNotInRoot",
    "inputs": [
      {
        "name": "account",
        "type": "address",
        "internalType": "address"
      }
    ]
  },
  {
    "type": "error",
    "name": "PreviousStatementPending",
    "inputs": [
      {
        "name": "finalAt",
        "type": "uint64",
        "internalType": "uint64"
      }
    ]
  },
  {
    "type": "error",
    "name": "ProofTooDeep",
    "inputs": [
      {
        "name": "depth",
        "type": "uint256",
        "internalType": "uint256"
      }
    ]
  },
  {
    "type": "error",
    "name": "QuorumNotReached",
    "inputs": [
      {
        "name": "weight",
        "type": "uint256",
        "internalType": "uint256"
      },
      {
        "name": "total",
        "type": "uint256",
        "internalType": "uint256"
      }
    ]
  },
  {
    "type": "error",
    "name": "ReentrancyGuardReentrantCall",
    "inputs": []
  },
  {
    "type": "error",
    "name": "RegistryBlockInFuture",
    "inputs": [
      {
        "name": "registryBlock",
        "type": "uint64",
        "internalType": "uint64"
      }
    ]
  },
  {
    "type": "error",
    "name": "RowsDoNotSumUp",
    "inputs": [
      {
        "name": "sum",
        "type": "uint256",
        "internalType": "uint256"
      },
      {
        "name": "dollarsIn",
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
    "name": "SeedAlreadyRecorded",
    "inputs": [
      {
        "name": "epoch",
        "type": "uint64",
        "internalType": "uint64"
      }
    ]
  },
  {
    "type": "error",
    "name": "SeedBlockNotMined",
    "inputs": [
      {
        "name": "seedBlock",
        "type": "uint256",
        "internalType": "uint256"
      }
    ]
  },
  {
    "type": "error",
    "name": "SeedNotRecorded",
    "inputs": [
      {
        "name": "epoch",
        "type": "uint64",
        "internalType": "uint64"
      }
    ]
  },
  {
    "type": "error",
    "name": "SeedOutOfWindow",
    "inputs": [
      {
        "name": "epoch",
        "type": "uint64",
        "internalType": "uint64"
      },
      {
        "name": "seedBlock",
        "type": "uint256",
        "internalType": "uint256"
      }
    ]
  },
  {
    "type": "error",
    "name": "SharesMustSumToBps",
    "inputs": [
      {
        "name": "sum",
        "type": "uint256",
        "internalType": "uint256"
      }
    ]
  },
  {
    "type": "error",
    "name": "SignersNotAscending",
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
    "name": "StatementPaused",
    "inputs": [
      {
        "name": "until",
        "type": "uint64",
        "internalType": "uint64"
      }
    ]
  },
  {
    "type": "error",
    "name": "StipendAboveBound",
    "inputs": [
      {
        "name": "stipend",
        "type": "uint256",
        "internalType": "uint256"
      },
      {
        "name": "bound",
        "type": "uint256",
        "internalType": "uint256"
      }
    ]
  },
  {
    "type": "error",
    "name": "StringTooLong",
    "inputs": [
      {
        "name": "str",
        "type": "string",
        "internalType": "string"
      }
    ]
  },
  {
    "type": "error",
    "name": "SumOverflow",
    "inputs": []
  },
  {
    "type": "error",
    "name": "ThawTooShort",
    "inputs": [
      {
        "name": "thawSeconds",
        "type": "uint64",
        "internalType": "uint64"
      }
    ]
  },
  {
    "type": "error",
    "name": "VerificationAboveBound",
    "inputs": [
      {
        "name": "verification",
        "type": "uint256",
        "internalType": "uint256"
      },
      {
        "name": "bound",
        "type": "uint256",
        "internalType": "uint256"
      }
    ]
  },
  {
    "type": "error",
    "name": "VerificationAboveMaximum",
    "inputs": [
      {
        "name": "verificationBps",
        "type": "uint256",
        "internalType": "uint256"
      }
    ]
  },
  {
    "type": "error",
    "name": "VestedAboveAllotted",
    "inputs": [
      {
        "name": "vested",
        "type": "uint256",
        "internalType": "uint256"
      },
      {
        "name": "allotted",
        "type": "uint256",
        "internalType": "uint256"
      }
    ]
  },
  {
    "type": "error",
    "name": "WeightsAboveBps",
    "inputs": [
      {
        "name": "sum",
        "type": "uint256",
        "internalType": "uint256"
      }
    ]
  },
  {
    "type": "error",
    "name": "WrongAllottedByKind",
    "inputs": [
      {
        "name": "given",
        "type": "bytes32",
        "internalType": "bytes32"
      },
      {
        "name": "actual",
        "type": "bytes32",
        "internalType": "bytes32"
      }
    ]
  },
  {
    "type": "error",
    "name": "WrongBundleHeads",
    "inputs": [
      {
        "name": "given",
        "type": "bytes32",
        "internalType": "bytes32"
      },
      {
        "name": "actual",
        "type": "bytes32",
        "internalType": "bytes32"
      }
    ]
  },
  {
    "type": "error",
    "name": "WrongParams",
    "inputs": [
      {
        "name": "given",
        "type": "bytes32",
        "internalType": "bytes32"
      },
      {
        "name": "expected",
        "type": "bytes32",
        "internalType": "bytes32"
      }
    ]
  },
  {
    "type": "error",
    "name": "WrongPayerRows",
    "inputs": [
      {
        "name": "given",
        "type": "bytes32",
        "internalType": "bytes32"
      },
      {
        "name": "actual",
        "type": "bytes32",
        "internalType": "bytes32"
      }
    ]
  },
  {
    "type": "error",
    "name": "WrongPayoutsSum",
    "inputs": [
      {
        "name": "given",
        "type": "uint256",
        "internalType": "uint256"
      },
      {
        "name": "expected",
        "type": "uint256",
        "internalType": "uint256"
      }
    ]
  },
  {
    "type": "error",
    "name": "WrongPrevious",
    "inputs": [
      {
        "name": "given",
        "type": "bytes32",
        "internalType": "bytes32"
      },
      {
        "name": "expected",
        "type": "bytes32",
        "internalType": "bytes32"
      }
    ]
  },
  {
    "type": "error",
    "name": "WrongReserve",
    "inputs": [
      {
        "name": "given",
        "type": "uint256",
        "internalType": "uint256"
      },
      {
        "name": "expected",
        "type": "uint256",
        "internalType": "uint256"
      }
    ]
  },
  {
    "type": "error",
    "name": "ZeroAddress",
    "inputs": []
  },
  {
    "type": "error",
    "name": "ZeroDuration",
    "inputs": []
  }
] as const;

export const settlementBytecode = "0x6102a0604052348015610010575f5ffd5b5060405161645a38038061645a83398101604081905261002f91610a5e565b805f01518160200151826080015183606001518460e00151856101000151866101200151604051806040016040528060088152602001675761796c6561766560c01b815250604051806040016040528060018152602001603160f81b8152508960a001515f6001600160a01b0316816001600160a01b0316036100cc57604051631e4fbdf760e01b81525f60048201526024015b60405180910390fd5b6100d581610594565b506100df826105e3565b610120526100ec816105e3565b61014052815160208084019190912060e052815190820120610100524660a05261017860e05161010051604080517f8b73c3c69bb8fe3d512ecc4cf759cc79239f7b179b0ffacaa9a75d522b39400f60208201529081019290925260608201524660808201523060a08201525f9060c00160405160208183030381529060405280519060200120905090565b60805250503060c0526001600160401b038216158061019e57506001600160401b038116155b156101bc5760405163346ab43760e11b815260040160405180910390fd5b6001600160a01b03938416610160526001600160401b03928316610180529082166101a052166101c0529283166101e052908216610200528116610220528151161580610214575060208101516001600160a01b0316155b8061022a575060408101516001600160a01b0316155b80610240575060608101516001600160a01b0316155b80610256575060808101516001600160a01b0316155b156102745760405163d92e233d60e01b815260040160405180910390fd5b8061014001516001600160401b03168161010001516001600160401b031661029c9190610b4f565b81604001516001600160a01b031663cf9aebee6040518163ffffffff1660e01b8152600401602060405180830381865afa1580156102dc573d5f5f3e3d5ffd5b505050506040513d601f19601f820116820180604052508101906103009190610b74565b6001600160401b0316116103975780604001516001600160a01b031663cf9aebee6040518163ffffffff1660e01b8152600401602060405180830381865afa15801561034e573d5f5f3e3d5ffd5b505050506040513d601f19601f820116820180604052508101906103729190610b74565b60405163616d6e2960e11b81526001600160401b0390911660048201526024016100c3565b61016081015160808101516103b2919063ffffffff16610620565b6040808201516001600160a01b03908116610240526101408301516001600160401b0316610260526101608301805160809081015163ffffffff90811661028052601780546001600160801b0319166b019d971e4fe8401e7400000017905560c08087015160148054919096166001600160a01b031990911617909455915180516015805460208401519784015160608501519585015160a08601516001600160601b03166c0100000000000000000000000002600160601b600160c01b031991909816680100000000000000000216600160401b600160c01b031961ffff97881666010000000000000261ffff60301b19938916640100000000029390931663ffffffff60201b199b8916620100000263ffffffff199095169890961697909717929092179890981692909217969096179290921691909117919091178355908101519091906105079060169060046107f0565b50505060c08101516040516001600160a01b03909116907fe6c09ffe4572dc9ceaa5ddde4ae41befa655d6fdfe8052077af0970f700e942e905f90a2610160810151610552906107c1565b7f122a52b035c74ec9cb7f3524cee7b57ed2212c39ee95279d565ae9943fc2b3be8261016001516040516105869190610bba565b60405180910390a250610c93565b5f80546001600160a01b038381166001600160a01b0319831681178455604051919092169283917f8be0079c531659141344cd1fd0a4f28419497f9722a3daafe3b4186f6b6457e09190a35050565b5f5f829050601f8151111561060d578260405163305a27a960e01b81526004016100c39190610c38565b805161061882610c6d565b179392505050565b5f826060015161ffff16836040015161ffff16846020015161ffff16855f015161ffff1661064e9190610b4f565b6106589190610b4f565b6106629190610b4f565b9050612710811461068957604051634a72ccf960e11b8152600481018290526024016100c3565b6064836060015161ffff1610156106bf57606083015160405163125d361960e31b815261ffff90911660048201526024016100c3565b6103e8836040015161ffff1611156106f6576040808401519051633d95061f60e01b815261ffff90911660048201526024016100c3565b60c083015160608101516040820151602083015192515f9361ffff9384169392831692610727929181169116610b4f565b6107319190610b4f565b61073b9190610b4f565b905061271081111561076357604051638a3c597760e01b8152600481018290526024016100c3565b82846080015163ffffffff1611806107885750633b9aca00846080015163ffffffff16115b156107bb57608084015160405163ed20b4a560e01b815263ffffffff9091166004820152602481018490526044016100c3565b50505050565b5f816040516020016107d39190610bba565b604051602081830303815290604052805190602001209050919050565b600183019183908215610875579160200282015f5b8382111561084557835183826101000a81548161ffff021916908361ffff1602179055509260200192600201602081600101049283019260010302610805565b80156108735782816101000a81549061ffff0219169055600201602081600101049283019260010302610845565b505b50610881929150610885565b5090565b5b80821115610881575f8155600101610886565b634e487b7160e01b5f52604160045260245ffd5b60405160e081016001600160401b03811182821017156108cf576108cf610899565b60405290565b60405161018081016001600160401b03811182821017156108cf576108cf610899565b80516001600160a01b038116811461090e575f5ffd5b919050565b80516001600160401b038116811461090e575f5ffd5b805161ffff8116811461090e575f5ffd5b80516001600160601b038116811461090e575f5ffd5b5f82601f83011261095f575f5ffd5b604051608081016001600160401b038111828210171561098157610981610899565b604052806080840185811115610995575f5ffd5b845b818110156109b6576109a881610929565b835260209283019201610997565b509195945050505050565b5f61014082840312156109d2575f5ffd5b6109da6108ad565b90506109e582610929565b81526109f360208301610929565b6020820152610a0460408301610929565b6040820152610a1560608301610929565b6060820152608082015163ffffffff81168114610a30575f5ffd5b6080820152610a4160a0830161093a565b60a0820152610a538360c08401610950565b60c082015292915050565b5f6102a0828403128015610a70575f5ffd5b50610a796108d5565b610a82836108f8565b8152610a90602084016108f8565b6020820152610aa1604084016108f8565b6040820152610ab2606084016108f8565b6060820152610ac3608084016108f8565b6080820152610ad460a084016108f8565b60a0820152610ae560c084016108f8565b60c0820152610af660e08401610913565b60e0820152610b086101008401610913565b610100820152610b1b6101208401610913565b610120820152610b2e6101408401610913565b610140820152610b428461016085016109c1565b6101608201529392505050565b80820180821115610b6e57634e487b7160e01b5f52601160045260245ffd5b92915050565b5f60208284031215610b84575f5ffd5b610b8d82610913565b9392505050565b805f5b60048110156107bb57815161ffff16845260209384019390910190600101610b97565b5f6101408201905061ffff835116825261ffff602084015116602083015261ffff604084015116604083015261ffff606084015116606083015263ffffffff608084015116608083015260a0830151610c1e60a08401826001600160601b03169052565b5060c0830151610c3160c0840182610b94565b5092915050565b602081525f82518060208401528060208501604085015e5f604082850101526040601f19601f83011684010191505092915050565b80516020808301519190811015610c8d575f198160200360031b1b821691505b50919050565b60805160a05160c05160e05161010051610120516101405161016051610180516101a0516101c0516101e0516102005161022051610240516102605161028051615686610dd45f395f818161081d0152611d6d01525f818161038901526132fb01525f81816108590152611ae201525f818161079101526124f601525f81816104d70152818161208c0152818161244a01526129ad01525f8181610454015281816124d3015261297301525f81816106a5015261112701525f81816108d5015281816117610152613d5901525f81816103e4015281816116d1015281816117320152818161178c0152613db401525f818161050e01528181610d9401528181610ebd015281816115210152612f3601525f612b6901525f612b3e01525f61399d01525f61397501525f6138d001525f6138fa01525f61392401526156865ff3fe608060405234801561000f575f5ffd5b50600436106102e3575f3560e01c80638af9c5b711610187578063c9f0a02d116100dd578063e2fdcc1711610093578063f698da251161006e578063f698da2514610898578063f71a2f2f146108a0578063fb5bb0c3146108d0575f5ffd5b8063e2fdcc1714610854578063e795cce61461087b578063f2fde38b14610885575f5ffd5b8063cff0ab96116100c3578063cff0ab96146107f0578063dedfecc714610805578063e002f34f14610818575f5ffd5b8063c9f0a02d1461078c578063cd3293de146107b3575f5ffd5b80639e67b6f11161013d578063ba03e57e11610118578063ba03e57e14610706578063c6fc65c314610719578063c884ef831461074a575f5ffd5b80639e67b6f1146106a0578063af38d757146106c7578063b9459864146106dd575f5ffd5b806391ddadf41161016d57806391ddadf414610589578063930595e31461068457806397fcf13114610697575f5ffd5b80638af9c5b7146105665780638da5cb5b14610579575f5ffd5b80634bb278f31161023c578063715018a6116101f257806384b0196e116101cd57806384b0196e1461053057806386a426631461054b5780638a0dac4a14610553575f5ffd5b8063715018a6146104f957806376671808146105015780637b10399914610509575f5ffd5b806352bfe7891161022257806352bfe7891461048e578063578746fc146104bf5780635d6542af146104d2575f5ffd5b80634bb278f31461044757806351adeb571461044f575f5ffd5b8063224e04b71161029c5780633f4ba83a116102775780633f4ba83a146103d757806342c6498a146103df578063452a932014610406575f5ffd5b8063224e04b71461035b578063232877d0146103845780632c8f7d5a146103c4575f5ffd5b8063107af42e116102cc578063107af42e1461030f5780631655eed9146103355780631fc516a714610348575f5ffd5b80630357e370146102e7578063101cabb7146102fc575b5f5ffd5b6102fa6102f5366004614a5c565b6108f7565b005b6102fa61030a366004614a5c565b610b0b565b61032261031d366004614a89565b610cb5565b6040519081526020015b60405180910390f35b6102fa610343366004614b25565b610ce9565b6102fa610356366004614ba1565b610e8f565b610322610369366004614a5c565b67ffffffffffffffff165f9081526005602052604090205490565b6103ab7f000000000000000000000000000000000000000000000000000000000000000081565b60405167ffffffffffffffff909116815260200161032c565b6102fa6103d2366004614a5c565b61101d565b6102fa61119e565b6103ab7f000000000000000000000000000000000000000000000000000000000000000081565b601454604080516001600160a01b03831681527401000000000000000000000000000000000000000090920467ffffffffffffffff1660208301520161032c565b6102fa6112fa565b6104767f000000000000000000000000000000000000000000000000000000000000000081565b6040516001600160a01b03909116815260200161032c565b61049661134a565b60408051835181526020808501519082015292810151908301521515606082015260800161032c565b6102fa6104cd366004614c0a565b61147c565b6104767f000000000000000000000000000000000000000000000000000000000000000081565b6102fa6116bd565b6103ab6116ce565b6104767f000000000000000000000000000000000000000000000000000000000000000081565b6105386117cf565b60405161032c9796959493929190614c95565b61032261182d565b6102fa610561366004614d47565b61191d565b610322610574366004614d79565b611986565b5f546001600160a01b0316610476565b6040805160a080820183525f808352602080840182905283850182905260608085018390526080948501929092528451808501865260075465ffffffffffff80821683526601000000000000820481168385019081526c0100000000000000000000000083048216848a019081527201000000000000000000000000000000000000909304821684870190815289518089018b5260035484168082529551841681880190815292518416818c019081529451841681890190815291518416908a019081528a5195865291518316958501959095529151811697830197909752915186169281019290925251909316918301919091520161032c565b6102fa610692366004614d94565b611998565b61032260185481565b6103ab7f000000000000000000000000000000000000000000000000000000000000000081565b6106cf611bba565b60405161032c929190614e5d565b6103226106eb366004614a5c565b67ffffffffffffffff165f9081526004602052604090205490565b6102fa610714366004614e96565b611d48565b600954608081901c906fffffffffffffffffffffffffffffffff165b6040805192835260208301919091520161032c565b610735610758366004614d47565b6001600160a01b03165f90815260136020526040902054608081901c916fffffffffffffffffffffffffffffffff90911690565b6104767f000000000000000000000000000000000000000000000000000000000000000081565b6017546107cf906fffffffffffffffffffffffffffffffff1681565b6040516fffffffffffffffffffffffffffffffff909116815260200161032c565b6107f8611f33565b60405161032c9190614ed6565b6102fa610813366004614f59565b61201d565b61083f7f000000000000000000000000000000000000000000000000000000000000000081565b60405163ffffffff909116815260200161032c565b6104767f000000000000000000000000000000000000000000000000000000000000000081565b61032262093a8081565b6102fa610893366004614d47565b6120bf565b610322612112565b6017546107cf9070010000000000000000000000000000000090046fffffffffffffffffffffffffffffffff1681565b6103ab7f000000000000000000000000000000000000000000000000000000000000000081565b601480546001600160a01b03163314610943576040517fa252c1510000000000000000000000000000000000000000000000000000000081523360048201526024015b60405180910390fd5b62093a808267ffffffffffffffff161115610996576040517ff2292f0000000000000000000000000000000000000000000000000000000000815267ffffffffffffffff8316600482015260240161093a565b805474010000000000000000000000000000000000000000900467ffffffffffffffff16158015906109f8575080546109f59062093a809074010000000000000000000000000000000000000000900467ffffffffffffffff16614f9d565b42105b15610a64578054610a2f9062093a809074010000000000000000000000000000000000000000900467ffffffffffffffff16614f9d565b6040517f7d47bb3500000000000000000000000000000000000000000000000000000000815260040161093a91815260200190565b610a80610a7b67ffffffffffffffff841642614f9d565b61211b565b81547fffffffff0000000000000000ffffffffffffffffffffffffffffffffffffffff167401000000000000000000000000000000000000000067ffffffffffffffff92831681029190911780845560405191900490911681527fdb6a871e0ca1412b5a476ec1e7ec005fc584d1afa9bef37a3c64129332bb449b9060200160405180910390a15050565b67ffffffffffffffff81165f9081526004602052604081205490819003610b6a576040517fbdd2035900000000000000000000000000000000000000000000000000000000815267ffffffffffffffff8316600482015260240161093a565b804311610ba6576040517f5d6d22500000000000000000000000000000000000000000000000000000000081526004810182905260240161093a565b67ffffffffffffffff82165f9081526005602052604090205415610c02576040517f33643aa600000000000000000000000000000000000000000000000000000000815267ffffffffffffffff8316600482015260240161093a565b5f610c0c8261216e565b90505f819003610c5b576040517f73bdc4cf00000000000000000000000000000000000000000000000000000000815267ffffffffffffffff841660048201526024810183905260440161093a565b67ffffffffffffffff83165f8181526005602052604090819020839055517f2073434499ae1a0aa4ad95f3e2b95b9eaa222c89410fee7fef5c6caa5f0310d490610ca89084815260200190565b60405180910390a2505050565b67ffffffffffffffff82165f9081526006602090815260408083206001600160a01b03851684529091529020545b92915050565b610cf1612195565b610cf96121ca565b505f5f610d04612537565b915091505f610d148989896125d3565b9050805f03610d5a576040517f64ab34660000000000000000000000000000000000000000000000000000000081526001600160a01b038a16600482015260240161093a565b6040517f695b7f230000000000000000000000000000000000000000000000000000000081526001600160a01b038a811660048301525f917f00000000000000000000000000000000000000000000000000000000000000009091169063695b7f2390602401602060405180830381865afa158015610ddb573d5f5f3e3d5ffd5b505050506040513d601f19601f82011682018060405250810190610dff9190614fb0565b90506001600160a01b038116610e4c576040517f9ae69fbe0000000000000000000000000000000000000000000000000000000081526001600160a01b038b16600482015260240161093a565b610e5c84848c8c8c8c8c8c612676565b610e678a828461282f565b610e7183836128d1565b610e7b8183612948565b50505050610e876129da565b505050505050565b6040517fdd4bc1010000000000000000000000000000000000000000000000000000000081523360048201527f00000000000000000000000000000000000000000000000000000000000000006001600160a01b03169063dd4bc10190602401602060405180830381865afa158015610f0a573d5f5f3e3d5ffd5b505050506040513d601f19601f82011682018060405250810190610f2e9190614fcb565b5f03610f68576040517fd118b63600000000000000000000000000000000000000000000000000000000815233600482015260240161093a565b60035467ffffffffffffffff9081169083161015610fbe576040517f15cdce1200000000000000000000000000000000000000000000000000000000815267ffffffffffffffff8316600482015260240161093a565b67ffffffffffffffff82165f8181526006602090815260408083203380855290835292819020859055518481529192917f6b414681f99b70fb5deb66c2d8d04ae5066e7fd7f152d86bc705097955c82b13910160405180910390a35050565b5f6110266116ce565b90508067ffffffffffffffff168267ffffffffffffffff1614611089576040517f26096c3700000000000000000000000000000000000000000000000000000000815267ffffffffffffffff80841660048301528216602482015260440161093a565b60035467ffffffffffffffff90811690831610156110df576040517f15cdce1200000000000000000000000000000000000000000000000000000000815267ffffffffffffffff8316600482015260240161093a565b6110ea826001614fe2565b600380547fffffffffffffffffffffffffffffffffffffffffffffffff00000000000000001667ffffffffffffffff9283161790555f9061114d907f00000000000000000000000000000000000000000000000000000000000000001643614f9d565b67ffffffffffffffff84165f818152600460205260409081902083905551919250907f1c478cc1b1a8040d1c492756046f0895bfc6bef51a9c0946c63c5a23ba4b21e890610ca89084815260200190565b601480546001600160a01b031633146111e5576040517fa252c15100000000000000000000000000000000000000000000000000000000815233600482015260240161093a565b805474010000000000000000000000000000000000000000900467ffffffffffffffff1642106112675780546040517f7d47bb350000000000000000000000000000000000000000000000000000000081527401000000000000000000000000000000000000000090910467ffffffffffffffff16600482015260240161093a565b6112704261211b565b81547fffffffff0000000000000000ffffffffffffffffffffffffffffffffffffffff167401000000000000000000000000000000000000000067ffffffffffffffff92831681029190911780845560405191900490911681527fdb6a871e0ca1412b5a476ec1e7ec005fc584d1afa9bef37a3c64129332bb449b9060200160405180910390a150565b611302612195565b61130a6121ca565b611340576040517f896187de00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b6113486129da565b565b61136b60405180606001604052805f81526020015f81526020015f81525090565b6040805160808101825260075465ffffffffffff8082168352660100000000000082048116602084018190526c01000000000000000000000000830482169484019490945272010000000000000000000000000000000000009091041660608201525f9182036113dd575090915f9150565b806040015165ffffffffffff16816020015165ffffffffffff16148061140f5750806060015165ffffffffffff164210155b9150600a60036001836020015165ffffffffffff1661142e9190615002565b6114389190615042565b6003811061144857611448615055565b6040805160608101825260039290920292909201805482526001810154602083015260020154918101919091529391925050565b611484612195565b61148c6121ca565b505f5f611497612537565b90925090505f8080805b8681101561169757368888838181106114bc576114bc615055565b90506020028101906114ce9190615082565b90505f6115066114e16020840184614d47565b6114f160408501602086016150be565b61150160608601604087016150be565b6125d3565b9050805f0361151657505061168f565b5f6001600160a01b037f00000000000000000000000000000000000000000000000000000000000000001663695b7f236115536020860186614d47565b6040517fffffffff0000000000000000000000000000000000000000000000000000000060e084901b1681526001600160a01b039091166004820152602401602060405180830381865afa1580156115ad573d5f5f3e3d5ffd5b505050506040513d601f19601f820116820180604052508101906115d19190614fb0565b90506001600160a01b0381166115e95750505061168f565b61163289896115fb6020870187614d47565b61160b60408801602089016150be565b61161b6060890160408a016150be565b606089013561162d60808b018b6150d7565b612676565b6116496116426020850185614d47565b828461282f565b846001600160a01b0316816001600160a01b0316146116735761166c8587612948565b5f95509350835b61167d8683612a04565b95506116898783612a04565b96505050505b6001016114a1565b506116a284846128d1565b6116ac8183612948565b50505050506116b96129da565b5050565b6116c5612a8b565b6113485f612ad0565b5f7f000000000000000000000000000000000000000000000000000000000000000067ffffffffffffffff1642101561175f576040517f1e32291900000000000000000000000000000000000000000000000000000000815267ffffffffffffffff7f000000000000000000000000000000000000000000000000000000000000000016600482015260240161093a565b7f000000000000000000000000000000000000000000000000000000000000000067ffffffffffffffff167f000000000000000000000000000000000000000000000000000000000000000067ffffffffffffffff16426117c09190615002565b6117ca919061513b565b905090565b5f6060805f5f5f60606117e0612b37565b6117e8612b62565b604080515f808252602082019092527f0f000000000000000000000000000000000000000000000000000000000000009b939a50919850469750309650945092509050565b6040805160e0810182526015805461ffff80821684526201000082048116602085015264010000000082048116848601526601000000000000820416606084015268010000000000000000810463ffffffff166080808501919091526c010000000000000000000000009091046bffffffffffffffffffffffff1660a08401528351908101938490525f938493929160c08401916016906004908288855b82829054906101000a900461ffff1661ffff16815260200190600201906020826001010492830192600103820291508084116118cb579050505050505081525050905061191781612b8d565b91505090565b611925612a8b565b601480547fffffffffffffffffffffffff0000000000000000000000000000000000000000166001600160a01b0383169081179091556040517fe6c09ffe4572dc9ceaa5ddde4ae41befa655d6fdfe8052077af0970f700e942e905f90a250565b5f610ce361199383612bbc565b612bf0565b6119a0612195565b60145474010000000000000000000000000000000000000000900467ffffffffffffffff16421015611a25576014546040517f0e601c6c0000000000000000000000000000000000000000000000000000000081527401000000000000000000000000000000000000000090910467ffffffffffffffff16600482015260240161093a565b611a2d6121ca565b50611a3c888888888888612c37565b5f611a4689612bbc565b90505f611a5c611a5583612bf0565b8585612e2a565b9050611a688a8861302e565b611a728a83613288565b817fcfd800f897a92ec2f1611ecc6a9c4626f65abdd7a8fbb714430af779769836068288888b604051611aa89493929190615207565b60405180910390a26040517f6b9c75c00000000000000000000000000000000000000000000000000000000081525f906001600160a01b037f00000000000000000000000000000000000000000000000000000000000000001690636b9c75c090611b19908d908d90600401615240565b6020604051808303815f875af1158015611b35573d5f5f3e3d5ffd5b505050506040513d601f19601f82011682018060405250810190611b599190614fcb565b90508a60c001358114611ba5576040517f320f0b740000000000000000000000000000000000000000000000000000000081526004810182905260c08c0135602482015260440161093a565b505050611bb06129da565b5050505050505050565b611bdb60405180606001604052805f81526020015f81526020015f81525090565b611bfc60405180606001604052805f81526020015f81526020015f81525090565b6040805160808101825260075465ffffffffffff808216835266010000000000008204811660208401526c01000000000000000000000000820481169383019390935272010000000000000000000000000000000000009004909116606082018190525f90421015611c72578160400151611c78565b81602001515b65ffffffffffff16905060018110611ce257600a6003611c99600184615002565b611ca39190615042565b60038110611cb357611cb3615055565b600302016040518060600160405290815f82015481526020016001820154815260200160028201548152505093505b60028110611d4257600a6003611cf9600284615002565b611d039190615042565b60038110611d1357611d13615055565b600302016040518060600160405290815f82015481526020016001820154815260200160028201548152505092505b50509091565b611d50612a8b565b5f611d603683900383018361535d565b9050611d958163ffffffff7f000000000000000000000000000000000000000000000000000000000000000081169061365d16565b805160158054602084015160408501516060860151608087015160a08801516bffffffffffffffffffffffff166c01000000000000000000000000027fffffffffffffffff000000000000000000000000ffffffffffffffffffffffff63ffffffff9092166801000000000000000002919091167fffffffffffffffff00000000000000000000000000000000ffffffffffffffff61ffff9384166601000000000000027fffffffffffffffffffffffffffffffffffffffffffffffff0000ffffffffffff95851664010000000002959095167fffffffffffffffffffffffffffffffffffffffffffffffff00000000ffffffff96851662010000027fffffffffffffffffffffffffffffffffffffffffffffffffffffffff00000000909816949099169390931795909517939093169590951717939093161791909117815560c0820151829190611eeb90601690600461493b565b50905050611ef881612b8d565b7f122a52b035c74ec9cb7f3524cee7b57ed2212c39ee95279d565ae9943fc2b3be82604051611f279190614ed6565b60405180910390a25050565b611f3b6149cc565b6040805160e0810182526015805461ffff80821684526201000082048116602085015264010000000082048116848601526601000000000000820416606084015268010000000000000000810463ffffffff166080808501919091526c010000000000000000000000009091046bffffffffffffffffffffffff1660a08401528351908101938490529192909160c0840191601690600490825f855b82829054906101000a900461ffff1661ffff1681526020019060020190602082600101049283019260010382029150808411611fd7579050505050505081525050905090565b612025612195565b8060185f8282546120369190614f9d565b909155505060185460405133917ffe87bb86cb697f366b273d1601273d9cedd1982d33ac1417557cb9ddf6cf61369161207791858252602082015260400190565b60405180910390a26120b46001600160a01b037f000000000000000000000000000000000000000000000000000000000000000016333084613875565b6120bc6129da565b50565b6120c7612a8b565b6001600160a01b038116612109576040517f1e4fbdf70000000000000000000000000000000000000000000000000000000081525f600482015260240161093a565b6120bc81612ad0565b5f6117ca6138c4565b5f67ffffffffffffffff82111561216a57604080517f6dfcc65000000000000000000000000000000000000000000000000000000000815260048101919091526024810183905260440161093a565b5090565b5f43828103610101811061218a57612185846139ed565b61218d565b83405b949350505050565b61219d613a1a565b61134860017f9b779b17422d0df92223018b32b4d1fa46e071723d6817e2486d003becc55f005b90613a73565b6040805160808101825260075465ffffffffffff8082168352660100000000000082048116602084018190526c010000000000000000000000008304821694840185905272010000000000000000000000000000000000009092041660608301525f9214806122445750806060015165ffffffffffff1642105b15612250575f91505090565b6020818101805165ffffffffffff908116604080860182905285516007805460608901519286167fffffffffffffffffffffffffffffffffffffffff0000000000000000000000009091161766010000000000008502177fffffffffffffffff000000000000000000000000ffffffffffffffffffffffff166c010000000000000000000000009094027fffffffffffffffff000000000000ffffffffffffffffffffffffffffffffffff16939093177201000000000000000000000000000000000000918516919091021790915580518082019091526008546fffffffffffffffffffffffffffffffff8082168352700100000000000000000000000000000000909104169381019390935290515f91600a916003916123749160019116615002565b61237e9190615042565b6003811061238e5761238e615055565b600302019050805f01547f230b9b097f8a994d196928e9415d459e7db73b4d460e3099875a459db35252e6826001015483600201546040516123da929190918252602082015260400190565b60405180910390a260208201516fffffffffffffffffffffffffffffffff16156124aa5760208201516040517f40c10f190000000000000000000000000000000000000000000000000000000081523060048201526fffffffffffffffffffffffffffffffff90911660248201527f00000000000000000000000000000000000000000000000000000000000000006001600160a01b0316906340c10f19906044015f604051808303815f87803b158015612493575f5ffd5b505af11580156124a5573d5f5f3e3d5ffd5b505050505b81516fffffffffffffffffffffffffffffffff161561252d57815161252d906001600160a01b037f000000000000000000000000000000000000000000000000000000000000000016907f0000000000000000000000000000000000000000000000000000000000000000906fffffffffffffffffffffffffffffffff16613a7a565b6001935050505090565b6007545f9081906c01000000000000000000000000900465ffffffffffff1680820361258f576040517f14567ff400000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b5f600a600361259f600185615002565b6125a99190615042565b600381106125b9576125b9615055565b600302019050806001015481600201549350935050509091565b6001600160a01b0383165f90815260136020526040812054608081901c6fffffffffffffffffffffffffffffffff808316906126699087168310612617575f61262d565b82876fffffffffffffffffffffffffffffffff16035b82876fffffffffffffffffffffffffffffffff161161264c5760801b90565b60801b6fffffffffffffffffffffffffffffffff87168390031790565b93505050505b9392505050565b6040805160016020808301919091526001600160a01b038916828401526fffffffffffffffffffffffffffffffff808916606084015287166080808401919091528351808403909101815260a090920190925280519101205f908190612719907fffffffffffffffffffffffffffffffff0000000000000000000000000000000060808a901b166fffffffffffffffffffffffffffffffff891617878787613acd565b91509150898214801561272b57508881145b15612737575050611bb0565b6007546c01000000000000000000000000900465ffffffffffff166002811015612798576040517ff9caff350000000000000000000000000000000000000000000000000000000081526001600160a01b038a16600482015260240161093a565b5f600a60036127a8600285615002565b6127b29190615042565b600381106127c2576127c2615055565b6003020190508060010154841415806127df575080600201548314155b15612821576040517ff9caff350000000000000000000000000000000000000000000000000000000081526001600160a01b038b16600482015260240161093a565b505050505050505050505050565b6001600160a01b0383165f908152601360205260409020546128519082612a04565b6001600160a01b038085165f818152601360205260409081902093909355915190841691907fe6aaaaf06c76218483e7dea49b5101c561f6395438de54864693ccf051e7f47c906128c490608086901c906fffffffffffffffffffffffffffffffff871690918252602082015260400190565b60405180910390a3505050565b5f6128de60095483612a04565b9050608083901c608082901c118061290a57506fffffffffffffffffffffffffffffffff838116908216115b15612941576040517fd1a0485500000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b6009555050565b608081901c6fffffffffffffffffffffffffffffffff8216811561299a5761299a6001600160a01b037f0000000000000000000000000000000000000000000000000000000000000000168584613a7a565b80156129d4576129d46001600160a01b037f0000000000000000000000000000000000000000000000000000000000000000168583613a7a565b50505050565b6113485f7f9b779b17422d0df92223018b32b4d1fa46e071723d6817e2486d003becc55f006121c4565b5f6fffffffffffffffffffffffffffffffff612a24838216858316614f9d565b1180612a4f57506fffffffffffffffffffffffffffffffff612a4d608084811c9086901c614f9d565b115b15612a86576040517f2aac526900000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b500190565b5f546001600160a01b03163314611348576040517f118cdaa700000000000000000000000000000000000000000000000000000000815233600482015260240161093a565b5f80546001600160a01b038381167fffffffffffffffffffffffff0000000000000000000000000000000000000000831681178455604051919092169283917f8be0079c531659141344cd1fd0a4f28419497f9722a3daafe3b4186f6b6457e09190a35050565b60606117ca7f0000000000000000000000000000000000000000000000000000000000000000613c65565b60606117ca7f0000000000000000000000000000000000000000000000000000000000000000613c65565b5f81604051602001612b9f9190614ed6565b604051602081830303815290604052805190602001209050919050565b5f7fe7f25cdfe4cbf6bfa03e0b5230c0cc65c09caa872bf2e0ba798769af50c6f4cf82604051602001612b9f929190615513565b5f610ce3612bfc6138c4565b836040517f19010000000000000000000000000000000000000000000000000000000000008152600281019290925260228201526042902090565b60015b81811015612cc0578282612c4f600184615002565b818110612c5e57612c5e615055565b90506020020135838383818110612c7757612c77615055565b9050602002013511612cb8576040517f886564f80000000000000000000000000000000000000000000000000000000081526004810182905260240161093a565b600101612c3a565b505f8282604051602001612cd5929190615528565b60405160208183030381529060405280519060200120905080876080013514612d37576040517f8ad272b9000000000000000000000000000000000000000000000000000000008152608088013560048201526024810182905260440161093a565b8585604051602001612d4a929190615240565b604051602081830303815290604052805190602001209050808760a0013514612dac576040517f259b6aab00000000000000000000000000000000000000000000000000000000815260a088013560048201526024810182905260440161093a565b83604051602001612dbd919061553b565b6040516020818303038152906040528051906020012090508087610140013514612e21576040517f342929d500000000000000000000000000000000000000000000000000000000815261014088013560048201526024810182905260440161093a565b50505050505050565b60608167ffffffffffffffff811115612e4557612e4561514e565b604051908082528060200260200182016040528015612e6e578160200160208202803683370190505b5090505f805b83811015612f31575f612eaa87878785818110612e9357612e93615055565b9050602002810190612ea5919061554a565b613ca2565b9050826001600160a01b0316816001600160a01b031611612efa576040517f590a84f70000000000000000000000000000000000000000000000000000000081526004810183905260240161093a565b80925082848381518110612f1057612f10615055565b6001600160a01b039092166020928302919091019091015250600101612e74565b505f5f7f00000000000000000000000000000000000000000000000000000000000000006001600160a01b031663f767b4da856040518263ffffffff1660e01b8152600401612f8091906155ab565b6040805180830381865afa158015612f9a573d5f5f3e3d5ffd5b505050506040513d601f19601f82011682018060405250810190612fbe91906155bd565b91509150805f1480612fe35750612fd68160026155df565b612fe18360036155df565b105b15613024576040517f6a215984000000000000000000000000000000000000000000000000000000008152600481018390526024810182905260440161093a565b5050509392505050565b6040805160808101825260075465ffffffffffff8082168352660100000000000082048116602084018190526c010000000000000000000000008304821694840185905272010000000000000000000000000000000000009092041660608301529091146130d85760608101516040517fbb7552a400000000000000000000000000000000000000000000000000000000815265ffffffffffff909116600482015260240161093a565b6130f960405180606001604052805f81526020015f81526020015f81525090565b602082015165ffffffffffff161561317157600a60036001846020015165ffffffffffff166131289190615002565b6131329190615042565b6003811061314257613142615055565b600302016040518060600160405290815f82015481526020016001820154815260200160028201548152505090505b6040805160e0810182526015805461ffff80821684526201000082048116602085015264010000000082048116848601526601000000000000820416606084015268010000000000000000810463ffffffff166080808501919091526c010000000000000000000000009091046bffffffffffffffffffffffff1660a08401528351908101938490525f9360c0840191906016906004908288855b82829054906101000a900461ffff1661ffff168152602001906002019060208260010104928301926001038202915080841161320c579050505050505081525050905061325e8584845f015184613ccc565b6132688582613fb8565b613273858583614106565b6132818583604001516143f2565b5050505050565b6040805160808101825260075465ffffffffffff808216835266010000000000008204811660208401526c0100000000000000000000000082048116938301939093527201000000000000000000000000000000000000900490911660608201525f61332661332167ffffffffffffffff7f00000000000000000000000000000000000000000000000000000000000000001642614f9d565b6144dd565b90505f600a6003846020015165ffffffffffff166133449190615042565b6003811061335457613354615055565b600302018481556102608601356001820155610280860135600282015590506133816101c0860135614528565b601780547fffffffffffffffffffffffffffffffff00000000000000000000000000000000166fffffffffffffffffffffffffffffffff929092169190911790556133d0610180860135614528565b6017805460109061340890849070010000000000000000000000000000000090046fffffffffffffffffffffffffffffffff166155f6565b92506101000a8154816fffffffffffffffffffffffffffffffff02191690836fffffffffffffffffffffffffffffffff160217905550846101a001355f1461346657846101a0013560185f8282546134609190615002565b90915550505b604051806040016040528061347f876101200135614528565b6fffffffffffffffffffffffffffffffff1681526020016134a4876101800135614528565b6fffffffffffffffffffffffffffffffff9081169091528151602092830151821670010000000000000000000000000000000002911617600855613503906134ee90870187614a5c565b6133219067ffffffffffffffff166001614f9d565b65ffffffffffff1683526020830180516001919061352290839061561e565b65ffffffffffff908116909152838116606086018190528551600780546020808a015160408b015172010000000000000000000000000000000000009096027fffffffffffffffff000000000000ffffffffffffffffffffffffffffffffffff9688166c0100000000000000000000000002969096167fffffffffffffffff000000000000000000000000ffffffffffffffffffffffff9188166601000000000000027fffffffffffffffffffffffffffffffffffffffff00000000000000000000000090941695909716949094179190911792909216939093179190911790915585915061361390870187614a5c565b67ffffffffffffffff167f5e4edd7db2d57383222f51cdae6917cc99bb385196506e74ace24cbf1d77e244848860405161364e92919061563c565b60405180910390a35050505050565b5f826060015161ffff16836040015161ffff16846020015161ffff16855f015161ffff1661368b9190614f9d565b6136959190614f9d565b61369f9190614f9d565b905061271081146136df576040517f94e599f20000000000000000000000000000000000000000000000000000000081526004810182905260240161093a565b6064836060015161ffff16101561372e5760608301516040517f92e9b0c800000000000000000000000000000000000000000000000000000000815261ffff909116600482015260240161093a565b6103e8836040015161ffff16111561377e5760408084015190517f3d95061f00000000000000000000000000000000000000000000000000000000815261ffff909116600482015260240161093a565b60c083015160608101516040820151602083015192515f9361ffff93841693928316926137af929181169116614f9d565b6137b99190614f9d565b6137c39190614f9d565b9050612710811115613804576040517f8a3c59770000000000000000000000000000000000000000000000000000000081526004810182905260240161093a565b82846080015163ffffffff1611806138295750633b9aca00846080015163ffffffff16115b156129d45760808401516040517fed20b4a500000000000000000000000000000000000000000000000000000000815263ffffffff90911660048201526024810184905260440161093a565b61388384848484600161457d565b6129d4576040517f5274afe70000000000000000000000000000000000000000000000000000000081526001600160a01b038516600482015260240161093a565b5f306001600160a01b037f00000000000000000000000000000000000000000000000000000000000000001614801561391c57507f000000000000000000000000000000000000000000000000000000000000000046145b1561394657507f000000000000000000000000000000000000000000000000000000000000000090565b6117ca604080517f8b73c3c69bb8fe3d512ecc4cf759cc79239f7b179b0ffacaa9a75d522b39400f60208201527f0000000000000000000000000000000000000000000000000000000000000000918101919091527f000000000000000000000000000000000000000000000000000000000000000060608201524660808201523060a08201525f9060c00160405160208183030381529060405280519060200120905090565b5f815f525f60205260208060205f71f90827f1c53a10cb7a02335b1753200029355afa5050602051919050565b7f9b779b17422d0df92223018b32b4d1fa46e071723d6817e2486d003becc55f005c15611348576040517f3ee5aeb500000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b80825d5050565b613a878383836001614603565b613ac8576040517f5274afe70000000000000000000000000000000000000000000000000000000081526001600160a01b038416600482015260240161093a565b505050565b5f80826020811115613b0e576040517f6bd6b3fd0000000000000000000000000000000000000000000000000000000081526004810182905260240161093a565b85811c15613b52576040517fb0a9aa6b000000000000000000000000000000000000000000000000000000008152600481018790526024810182905260440161093a565b6040518893508792506fffffffffffffffffffffffffffffffff831690608084901c9087600685901b81015b80821015613bf057602082013560018c1660061b898186015288816020870101528335816040870103528181606087010352506080842098506fffffffffffffffffffffffffffffffff8116860195508060801c8501945050848460801b0196508a60011c9a50604082019150613b7e565b50506fffffffffffffffffffffffffffffffff8311905080613c2157506fffffffffffffffffffffffffffffffff81115b15613c58576040517f2aac526900000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b5050509550959350505050565b60605f613c718361467e565b6040805160208082528183019092529192505f91906020820181803683375050509182525060208101929092525090565b5f5f5f5f613cb18787876146be565b925092509250613cc18282614705565b509095945050505050565b825165ffffffffffff16613ce36020860186614a5c565b67ffffffffffffffff161015613d4e57613d006020850185614a5c565b83516040517ff18fcfd200000000000000000000000000000000000000000000000000000000815267ffffffffffffffff909216600483015265ffffffffffff16602482015260440161093a565b67ffffffffffffffff7f000000000000000000000000000000000000000000000000000000000000000016613d866020860186614a5c565b613d9b9067ffffffffffffffff166001614f9d565b613da591906155df565b613dd99067ffffffffffffffff7f000000000000000000000000000000000000000000000000000000000000000016614f9d565b421015613e2c57613ded6020850185614a5c565b6040517f5dd3469000000000000000000000000000000000000000000000000000000000815267ffffffffffffffff909116600482015260240161093a565b60055f613e3c6020870187614a5c565b67ffffffffffffffff1681526020019081526020015f20545f5f1b03613ea857613e696020850185614a5c565b6040517f0172d15900000000000000000000000000000000000000000000000000000000815267ffffffffffffffff909116600482015260240161093a565b81846020013514613ef2576040517fdec38460000000000000000000000000000000000000000000000000000000008152602085013560048201526024810183905260440161093a565b5f613efc82612b8d565b905080856040013514613f4857604080517ffd7b7f8d0000000000000000000000000000000000000000000000000000000081529086013560048201526024810182905260440161093a565b43613f596080870160608801614a5c565b67ffffffffffffffff16111561328157613f796080860160608701614a5c565b6040517f8b8ce2c600000000000000000000000000000000000000000000000000000000815267ffffffffffffffff909116600482015260240161093a565b5f613fcc61010084013560e0850135614f9d565b905060c0830135613fe261012085013583614f9d565b146140365760c0830135613ffb61012085013583614f9d565b6040517f3127dac90000000000000000000000000000000000000000000000000000000081526004810192909252602482015260440161093a565b5f61404d8460c00135846060015161ffff16614808565b61405b9060c0860135615002565b9050808211156140a1576040517fb7d2cdfd000000000000000000000000000000000000000000000000000000008152600481018390526024810182905260440161093a565b6140b78460c00135846040015161ffff16614837565b90508084610100013511156129d4576040517f950d885300000000000000000000000000000000000000000000000000000000815261010085013560048201526024810182905260440161093a565b60175460808201516fffffffffffffffffffffffffffffffff909116905f9061413690839063ffffffff16614845565b90505f805b6004811015614214575f61416d848760c00151846004811061415f5761415f615055565b602002015161ffff16614837565b90508087836004811061418257614182615055565b602002013511156141e757818783600481106141a0576141a0615055565b6040517f310473500000000000000000000000000000000000000000000000000000000081526004810193909352602002013560248201526044810182905260640161093a565b8682600481106141f9576141f9615055565b6020020135836142099190614f9d565b92505060010161413b565b508561016001358114614261576040517ffc325b0500000000000000000000000000000000000000000000000000000000815260048101829052610160870135602482015260440161093a565b61426b8184615002565b866101c00135146142c1576101c08601356142868285615002565b6040517f4649f6110000000000000000000000000000000000000000000000000000000081526004810192909252602482015260440161093a565b6017545f906142fc906101808901359070010000000000000000000000000000000090046fffffffffffffffffffffffffffffffff16614f9d565b90505f61431a6101c08901356b019d971e4fe8401e74000000615002565b905080821115614360576040517fcf34bcad000000000000000000000000000000000000000000000000000000008152600481018390526024810182905260440161093a565b5f6018548760a001516bffffffffffffffffffffffff161061438457601854614398565b8660a001516bffffffffffffffffffffffff165b905080896101a0013511156143e7576040517f648c60020000000000000000000000000000000000000000000000000000000081526101a08a013560048201526024810182905260440161093a565b505050505050505050565b5f61010083013561440b60e0850135608085901c614f9d565b6144159190614f9d565b90505f6101a084013561443f6101808601356fffffffffffffffffffffffffffffffff8616614f9d565b6144499190614f9d565b90505f61448f61445884614528565b6fffffffffffffffffffffffffffffffff1661447384614528565b6fffffffffffffffffffffffffffffffff1660809190911b1790565b90508085610280013514613281576040517fbcb3437200000000000000000000000000000000000000000000000000000000815261028086013560048201526024810182905260440161093a565b5f65ffffffffffff82111561216a576040517f6dfcc650000000000000000000000000000000000000000000000000000000008152603060048201526024810183905260440161093a565b5f6fffffffffffffffffffffffffffffffff82111561216a576040517f6dfcc650000000000000000000000000000000000000000000000000000000008152608060048201526024810183905260440161093a565b6040517f23b872dd000000000000000000000000000000000000000000000000000000005f8181526001600160a01b038781166004528616602452604485905291602083606481808c5af1925060015f511483166145f25783831516156145e6573d5f823e3d81fd5b5f883b113d1516831692505b604052505f60605295945050505050565b6040517fa9059cbb000000000000000000000000000000000000000000000000000000005f8181526001600160a01b038616600452602485905291602083604481808b5af1925060015f51148316614672578383151615614666573d5f823e3d81fd5b5f873b113d1516831692505b60405250949350505050565b5f60ff8216601f811115610ce3576040517fb3512b0c00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b5f808060418490036146f2578435602086013560408701355f1a6146e489828585614855565b9550955095505050506146fc565b505f915060029050825b93509350939050565b5f82600381111561471857614718615659565b03614721575050565b600182600381111561473557614735615659565b0361476c576040517ff645eedf00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b600282600381111561478057614780615659565b036147ba576040517ffce698f70000000000000000000000000000000000000000000000000000000081526004810182905260240161093a565b60038260038111156147ce576147ce615659565b036116b9576040517fd78bce0c0000000000000000000000000000000000000000000000000000000081526004810182905260240161093a565b5f61271060018161481985876155df565b6148239190614f9d565b61482d9190615002565b61266f919061513b565b5f61271061482d83856155df565b5f633b9aca0061482d83856155df565b5f80807f7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a084111561488e57505f91506003905082614931565b604080515f808252602082018084528a905260ff891692820192909252606081018790526080810186905260019060a0016020604051602081039080840390855afa1580156148df573d5f5f3e3d5ffd5b50506040517fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe001519150506001600160a01b03811661492857505f925060019150829050614931565b92505f91508190505b9450945094915050565b6001830191839082156149c0579160200282015f5b8382111561499057835183826101000a81548161ffff021916908361ffff1602179055509260200192600201602081600101049283019260010302614950565b80156149be5782816101000a81549061ffff0219169055600201602081600101049283019260010302614990565b505b5061216a929150614a0e565b6040805160e0810182525f80825260208201819052918101829052606081018290526080810182905260a081019190915260c08101614a09614a22565b905290565b5b8082111561216a575f8155600101614a0f565b60405180608001604052806004906020820280368337509192915050565b803567ffffffffffffffff81168114614a57575f5ffd5b919050565b5f60208284031215614a6c575f5ffd5b61266f82614a40565b6001600160a01b03811681146120bc575f5ffd5b5f5f60408385031215614a9a575f5ffd5b614aa383614a40565b91506020830135614ab381614a75565b809150509250929050565b80356fffffffffffffffffffffffffffffffff81168114614a57575f5ffd5b5f5f83601f840112614aed575f5ffd5b50813567ffffffffffffffff811115614b04575f5ffd5b6020830191508360208260061b8501011115614b1e575f5ffd5b9250929050565b5f5f5f5f5f5f60a08789031215614b3a575f5ffd5b8635614b4581614a75565b9550614b5360208801614abe565b9450614b6160408801614abe565b935060608701359250608087013567ffffffffffffffff811115614b83575f5ffd5b614b8f89828a01614add565b979a9699509497509295939492505050565b5f5f60408385031215614bb2575f5ffd5b614bbb83614a40565b946020939093013593505050565b5f5f83601f840112614bd9575f5ffd5b50813567ffffffffffffffff811115614bf0575f5ffd5b6020830191508360208260051b8501011115614b1e575f5ffd5b5f5f60208385031215614c1b575f5ffd5b823567ffffffffffffffff811115614c31575f5ffd5b614c3d85828601614bc9565b90969095509350505050565b5f81518084528060208401602086015e5f6020828601015260207fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe0601f83011685010191505092915050565b7fff000000000000000000000000000000000000000000000000000000000000008816815260e060208201525f614ccf60e0830189614c49565b8281036040840152614ce18189614c49565b606084018890526001600160a01b038716608085015260a0840186905283810360c0850152845180825260208087019350909101905f5b81811015614d36578351835260209384019390920191600101614d18565b50909b9a5050505050505050505050565b5f60208284031215614d57575f5ffd5b813561266f81614a75565b5f6102e08284031215614d73575f5ffd5b50919050565b5f6102e08284031215614d8a575f5ffd5b61266f8383614d62565b5f5f5f5f5f5f5f5f6103c0898b031215614dac575f5ffd5b614db68a8a614d62565b97506102e089013567ffffffffffffffff811115614dd2575f5ffd5b614dde8b828c01614add565b90985096505061038089018a811115614df5575f5ffd5b6103008a0195503567ffffffffffffffff811115614e11575f5ffd5b614e1d8b828c01614bc9565b9095509350506103a089013567ffffffffffffffff811115614e3d575f5ffd5b614e498b828c01614bc9565b999c989b5096995094979396929594505050565b8251815260208084015181830152604080850151818401528351606084015290830151608083015282015160a082015260c0810161266f565b5f610140828403128015614ea8575f5ffd5b509092915050565b805f5b60048110156129d457815161ffff16845260209384019390910190600101614eb3565b5f6101408201905061ffff835116825261ffff602084015116602083015261ffff604084015116604083015261ffff606084015116606083015263ffffffff608084015116608083015260a0830151614f3f60a08401826bffffffffffffffffffffffff169052565b5060c0830151614f5260c0840182614eb0565b5092915050565b5f60208284031215614f69575f5ffd5b5035919050565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52601160045260245ffd5b80820180821115610ce357610ce3614f70565b5f60208284031215614fc0575f5ffd5b815161266f81614a75565b5f60208284031215614fdb575f5ffd5b5051919050565b67ffffffffffffffff8181168382160190811115610ce357610ce3614f70565b81810381811115610ce357610ce3614f70565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52601260045260245ffd5b5f8261505057615050615015565b500690565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52603260045260245ffd5b5f82357fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff618336030181126150b4575f5ffd5b9190910192915050565b5f602082840312156150ce575f5ffd5b61266f82614abe565b5f5f83357fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe184360301811261510a575f5ffd5b83018035915067ffffffffffffffff821115615124575f5ffd5b6020019150600681901b3603821315614b1e575f5ffd5b5f8261514957615149615015565b500490565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52604160045260245ffd5b5f8151808452602084019350602083015f5b828110156151b45781516001600160a01b031686526020958601959091019060010161518d565b5093949350505050565b8183525f7f07ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff8311156151ee575f5ffd5b8260051b80836020870137939093016020019392505050565b60c081525f61521960c083018761517b565b828103602084015261522c8186886151be565b915050608083604084013795945050505050565b602080825281018290525f8360408301825b8581101561528c57823561526581614a75565b6001600160a01b031682526020838101359083015260409283019290910190600101615252565b5095945050505050565b60405160e0810167ffffffffffffffff811182821017156152b9576152b961514e565b60405290565b803561ffff81168114614a57575f5ffd5b80356bffffffffffffffffffffffff81168114614a57575f5ffd5b5f82601f8301126152fa575f5ffd5b6040516080810167ffffffffffffffff8111828210171561531d5761531d61514e565b604052806080840185811115615331575f5ffd5b845b8181101561535257615344816152bf565b835260209283019201615333565b509195945050505050565b5f61014082840312801561536f575f5ffd5b50615378615296565b615381836152bf565b815261538f602084016152bf565b60208201526153a0604084016152bf565b60408201526153b1606084016152bf565b6060820152608083013563ffffffff811681146153cc575f5ffd5b60808201526153dd60a084016152d0565b60a08201526153ef8460c085016152eb565b60c08201529392505050565b6154168261540883614a40565b67ffffffffffffffff169052565b602081810135908301526040808201359083015261543660608201614a40565b67ffffffffffffffff1660608301526080818101359083015260a0808201359083015260c0808201359083015260e08082013590830152610100808201359083015261012080820135908301526101408082013590830152610160808201359083015261018080820135908301526101a080820135908301526101c080820135908301526101e08082013590830152610200808201359083015261022080820135908301526102408082013590830152610260808201359083015261028080820135908301526102a080820135908301526102c090810135910152565b828152610300810161266f60208301846153fb565b602081525f61218d6020830184866151be565b60808181019083833792915050565b5f5f83357fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe184360301811261557d575f5ffd5b83018035915067ffffffffffffffff821115615597575f5ffd5b602001915036819003821315614b1e575f5ffd5b602081525f61266f602083018461517b565b5f5f604083850312156155ce575f5ffd5b505080516020909101519092909150565b8082028115828204841417610ce357610ce3614f70565b6fffffffffffffffffffffffffffffffff8181168382160190811115610ce357610ce3614f70565b65ffffffffffff8181168382160190811115610ce357610ce3614f70565b65ffffffffffff83168152610300810161266f60208301846153fb565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52602160045260245ffd" as const;
