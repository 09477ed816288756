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
        "internalType": "struct Settlement.Outcome",
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
        "internalType": "struct Settlement.Outcome",
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
        "internalType": "struct Settlement.Outcome",
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

export const settlementBytecode = "0x6102a0604052348015610010575f5ffd5b5060405161659938038061659983398101604081905261002f91610a55565b604051806040016040528060088152602001675761796c6561766560c01b815250604051806040016040528060018152602001603160f81b8152508260a001515f6001600160a01b0316816001600160a01b0316036100a857604051631e4fbdf760e01b81525f60048201526024015b60405180910390fd5b6100b18161058b565b506100bb826105da565b610120526100c8816105da565b61014052815160208084019190912060e052815190820120610100524660a05261015460e05161010051604080517f8b73c3c69bb8fe3d512ecc4cf759cc79239f7b179b0ffacaa9a75d522b39400f60208201529081019290925260608201524660808201523060a08201525f9060c00160405160208183030381529060405280519060200120905090565b60805250503060c05280516001600160a01b0316158061017f575060208101516001600160a01b0316155b80610195575060408101516001600160a01b0316155b806101ab575060608101516001600160a01b0316155b806101c1575060808101516001600160a01b0316155b156101df5760405163d92e233d60e01b815260040160405180910390fd5b6101008101516001600160401b0316158061020657506101208101516001600160401b0316155b156102245760405163346ab43760e11b815260040160405180910390fd5b8061014001516001600160401b03168161010001516001600160401b031661024c9190610b46565b81604001516001600160a01b031663cf9aebee6040518163ffffffff1660e01b8152600401602060405180830381865afa15801561028c573d5f5f3e3d5ffd5b505050506040513d601f19601f820116820180604052508101906102b09190610b6b565b6001600160401b0316116103475780604001516001600160a01b031663cf9aebee6040518163ffffffff1660e01b8152600401602060405180830381865afa1580156102fe573d5f5f3e3d5ffd5b505050506040513d601f19601f820116820180604052508101906103229190610b6b565b60405163616d6e2960e11b81526001600160401b03909116600482015260240161009f565b6101608101516080810151610362919063ffffffff16610617565b80516001600160a01b0390811661016090815260208084015183166101805260408085015184166101a05260608086015185166101c05260808087015186166101e05260e08701516001600160401b03908116610200526101008801518116610220526101208801518116610240526101408801511661026052938601805185015163ffffffff90811661028052600880546001600160801b0319166b019d971e4fe8401e7400000017905560c08089015160048054919099166001600160a01b031990911617885591518051600580549783015196830151958301519883015160a08401516001600160601b03166c0100000000000000000000000002600160601b600160c01b031991909516680100000000000000000216600160401b600160c01b031961ffff9a8b1666010000000000000261ffff60301b19988c16640100000000029890981663ffffffff60201b19998c16620100000263ffffffff19909b169b9094169a909a1798909817969096161793909317959095169390931793909317815590820151919290916104fe91600691906107e7565b50505060c08101516040516001600160a01b03909116907fe6c09ffe4572dc9ceaa5ddde4ae41befa655d6fdfe8052077af0970f700e942e905f90a2610160810151610549906107b8565b7f122a52b035c74ec9cb7f3524cee7b57ed2212c39ee95279d565ae9943fc2b3be82610160015160405161057d9190610bb1565b60405180910390a250610c8a565b5f80546001600160a01b038381166001600160a01b0319831681178455604051919092169283917f8be0079c531659141344cd1fd0a4f28419497f9722a3daafe3b4186f6b6457e09190a35050565b5f5f829050601f81511115610604578260405163305a27a960e01b815260040161009f9190610c2f565b805161060f82610c64565b179392505050565b5f826060015161ffff16836040015161ffff16846020015161ffff16855f015161ffff166106459190610b46565b61064f9190610b46565b6106599190610b46565b9050612710811461068057604051634a72ccf960e11b81526004810182905260240161009f565b6064836060015161ffff1610156106b657606083015160405163125d361960e31b815261ffff909116600482015260240161009f565b6103e8836040015161ffff1611156106ed576040808401519051633d95061f60e01b815261ffff909116600482015260240161009f565b60c083015160608101516040820151602083015192515f9361ffff938416939283169261071e929181169116610b46565b6107289190610b46565b6107329190610b46565b905061271081111561075a57604051638a3c597760e01b81526004810182905260240161009f565b82846080015163ffffffff16118061077f5750633b9aca00846080015163ffffffff16115b156107b257608084015160405163ed20b4a560e01b815263ffffffff90911660048201526024810184905260440161009f565b50505050565b5f816040516020016107ca9190610bb1565b604051602081830303815290604052805190602001209050919050565b60018301918390821561086c579160200282015f5b8382111561083c57835183826101000a81548161ffff021916908361ffff16021790555092602001926002016020816001010492830192600103026107fc565b801561086a5782816101000a81549061ffff021916905560020160208160010104928301926001030261083c565b505b5061087892915061087c565b5090565b5b80821115610878575f815560010161087d565b634e487b7160e01b5f52604160045260245ffd5b60405160e081016001600160401b03811182821017156108c6576108c6610890565b60405290565b60405161018081016001600160401b03811182821017156108c6576108c6610890565b80516001600160a01b0381168114610905575f5ffd5b919050565b80516001600160401b0381168114610905575f5ffd5b805161ffff81168114610905575f5ffd5b80516001600160601b0381168114610905575f5ffd5b5f82601f830112610956575f5ffd5b604051608081016001600160401b038111828210171561097857610978610890565b60405280608084018581111561098c575f5ffd5b845b818110156109ad5761099f81610920565b83526020928301920161098e565b509195945050505050565b5f61014082840312156109c9575f5ffd5b6109d16108a4565b90506109dc82610920565b81526109ea60208301610920565b60208201526109fb60408301610920565b6040820152610a0c60608301610920565b6060820152608082015163ffffffff81168114610a27575f5ffd5b6080820152610a3860a08301610931565b60a0820152610a4a8360c08401610947565b60c082015292915050565b5f6102a0828403128015610a67575f5ffd5b50610a706108cc565b610a79836108ef565b8152610a87602084016108ef565b6020820152610a98604084016108ef565b6040820152610aa9606084016108ef565b6060820152610aba608084016108ef565b6080820152610acb60a084016108ef565b60a0820152610adc60c084016108ef565b60c0820152610aed60e0840161090a565b60e0820152610aff610100840161090a565b610100820152610b12610120840161090a565b610120820152610b25610140840161090a565b610140820152610b398461016085016109b8565b6101608201529392505050565b80820180821115610b6557634e487b7160e01b5f52601160045260245ffd5b92915050565b5f60208284031215610b7b575f5ffd5b610b848261090a565b9392505050565b805f5b60048110156107b257815161ffff16845260209384019390910190600101610b8e565b5f6101408201905061ffff835116825261ffff602084015116602083015261ffff604084015116604083015261ffff606084015116606083015263ffffffff608084015116608083015260a0830151610c1560a08401826001600160601b03169052565b5060c0830151610c2860c0840182610b8b565b5092915050565b602081525f82518060208401528060208501604085015e5f604082850101526040601f19601f83011684010191505092915050565b80516020808301519190811015610c84575f198160200360031b1b821691505b50919050565b60805160a05160c05160e05161010051610120516101405161016051610180516101a0516101c0516101e05161020051610220516102405161026051610280516157ce610dcb5f395f81816108400152611df601525f818161038901526134c801525f81816106c8015261116301525f81816108f8015281816117c40152613f0c01525f81816103e40152818161173401528181611795015281816117ef0152613f6701525f81816107b401526125f201525f818161050e01528181610db401528181610edf0152818161158201526130bd01525f818161087c0152611b4801525f81816104d701528181612115015281816125460152612af201525f8181610454015281816125cf0152612ab801525f612cf901525f612cce01525f613baa01525f613b8201525f613add01525f613b0701525f613b3101526157ce5ff3fe608060405234801561000f575f5ffd5b50600436106102e3575f3560e01c80638af9c5b711610187578063c9f0a02d116100dd578063e2fdcc1711610093578063f698da251161006e578063f698da25146108bb578063f71a2f2f146108c3578063fb5bb0c3146108f3575f5ffd5b8063e2fdcc1714610877578063e795cce61461089e578063f2fde38b146108a8575f5ffd5b8063cff0ab96116100c3578063cff0ab9614610813578063dedfecc714610828578063e002f34f1461083b575f5ffd5b8063c9f0a02d146107af578063cd3293de146107d6575f5ffd5b80639e67b6f11161013d578063ba03e57e11610118578063ba03e57e14610729578063c6fc65c31461073c578063c884ef831461076d575f5ffd5b80639e67b6f1146106c3578063af38d757146106ea578063b945986414610700575f5ffd5b806391ddadf41161016d57806391ddadf414610589578063930595e3146106a757806397fcf131146106ba575f5ffd5b80638af9c5b7146105665780638da5cb5b14610579575f5ffd5b80634bb278f31161023c578063715018a6116101f257806384b0196e116101cd57806384b0196e1461053057806386a426631461054b5780638a0dac4a14610553575f5ffd5b8063715018a6146104f957806376671808146105015780637b10399914610509575f5ffd5b806352bfe7891161022257806352bfe7891461048e578063578746fc146104bf5780635d6542af146104d2575f5ffd5b80634bb278f31461044757806351adeb571461044f575f5ffd5b8063224e04b71161029c5780633f4ba83a116102775780633f4ba83a146103d757806342c6498a146103df578063452a932014610406575f5ffd5b8063224e04b71461035b578063232877d0146103845780632c8f7d5a146103c4575f5ffd5b8063107af42e116102cc578063107af42e1461030f5780631655eed9146103355780631fc516a714610348575f5ffd5b80630357e370146102e7578063101cabb7146102fc575b5f5ffd5b6102fa6102f5366004614bc4565b61091a565b005b6102fa61030a366004614bc4565b610b2e565b61032261031d366004614bf1565b610cd8565b6040519081526020015b60405180910390f35b6102fa610343366004614c8d565b610d0c565b6102fa610356366004614d09565b610eb1565b610322610369366004614bc4565b67ffffffffffffffff165f9081526016602052604090205490565b6103ab7f000000000000000000000000000000000000000000000000000000000000000081565b60405167ffffffffffffffff909116815260200161032c565b6102fa6103d2366004614bc4565b611043565b6102fa6111e3565b6103ab7f000000000000000000000000000000000000000000000000000000000000000081565b600454604080516001600160a01b03831681527401000000000000000000000000000000000000000090920467ffffffffffffffff1660208301520161032c565b6102fa61133f565b6104767f000000000000000000000000000000000000000000000000000000000000000081565b6040516001600160a01b03909116815260200161032c565b61049661138f565b60408051835181526020808501519082015292810151908301521515606082015260800161032c565b6102fa6104cd366004614d72565b6114e1565b6104767f000000000000000000000000000000000000000000000000000000000000000081565b6102fa611720565b6103ab611731565b6104767f000000000000000000000000000000000000000000000000000000000000000081565b610538611832565b60405161032c9796959493929190614dfd565b610322611890565b6102fa610561366004614eaf565b611980565b610322610574366004614ee1565b6119e9565b5f546001600160a01b0316610476565b61063e6040805160a0810182525f80825260208201819052918101829052606081018290526080810191909152506040805160a08101825260035465ffffffffffff808216835266010000000000008204811660208401526c010000000000000000000000008204811693830193909352720100000000000000000000000000000000000081048316606083015278010000000000000000000000000000000000000000000000009004909116608082015290565b60405161032c91905f60a08201905065ffffffffffff835116825265ffffffffffff602084015116602083015265ffffffffffff604084015116604083015265ffffffffffff606084015116606083015265ffffffffffff608084015116608083015292915050565b6102fa6106b5366004614efc565b6119fb565b61032260095481565b6103ab7f000000000000000000000000000000000000000000000000000000000000000081565b6106f2611c20565b60405161032c929190614fc5565b61032261070e366004614bc4565b67ffffffffffffffff165f9081526015602052604090205490565b6102fa610737366004614ffe565b611dd1565b600a54608081901c906fffffffffffffffffffffffffffffffff165b6040805192835260208301919091520161032c565b61075861077b366004614eaf565b6001600160a01b03165f90815260146020526040902054608081901c916fffffffffffffffffffffffffffffffff90911690565b6104767f000000000000000000000000000000000000000000000000000000000000000081565b6008546107f2906fffffffffffffffffffffffffffffffff1681565b6040516fffffffffffffffffffffffffffffffff909116815260200161032c565b61081b611fbc565b60405161032c919061503e565b6102fa6108363660046150c1565b6120a6565b6108627f000000000000000000000000000000000000000000000000000000000000000081565b60405163ffffffff909116815260200161032c565b6104767f000000000000000000000000000000000000000000000000000000000000000081565b61032262093a8081565b6102fa6108b6366004614eaf565b612148565b61032261219b565b6008546107f29070010000000000000000000000000000000090046fffffffffffffffffffffffffffffffff1681565b6103ab7f000000000000000000000000000000000000000000000000000000000000000081565b600480546001600160a01b03163314610966576040517fa252c1510000000000000000000000000000000000000000000000000000000081523360048201526024015b60405180910390fd5b62093a808267ffffffffffffffff1611156109b9576040517ff2292f0000000000000000000000000000000000000000000000000000000000815267ffffffffffffffff8316600482015260240161095d565b805474010000000000000000000000000000000000000000900467ffffffffffffffff1615801590610a1b57508054610a189062093a809074010000000000000000000000000000000000000000900467ffffffffffffffff16615105565b42105b15610a87578054610a529062093a809074010000000000000000000000000000000000000000900467ffffffffffffffff16615105565b6040517f7d47bb3500000000000000000000000000000000000000000000000000000000815260040161095d91815260200190565b610aa3610a9e67ffffffffffffffff841642615105565b6121a4565b81547fffffffff0000000000000000ffffffffffffffffffffffffffffffffffffffff167401000000000000000000000000000000000000000067ffffffffffffffff92831681029190911780845560405191900490911681527fdb6a871e0ca1412b5a476ec1e7ec005fc584d1afa9bef37a3c64129332bb449b9060200160405180910390a15050565b67ffffffffffffffff81165f9081526015602052604081205490819003610b8d576040517fbdd2035900000000000000000000000000000000000000000000000000000000815267ffffffffffffffff8316600482015260240161095d565b804311610bc9576040517f5d6d22500000000000000000000000000000000000000000000000000000000081526004810182905260240161095d565b67ffffffffffffffff82165f9081526016602052604090205415610c25576040517f33643aa600000000000000000000000000000000000000000000000000000000815267ffffffffffffffff8316600482015260240161095d565b5f610c2f826121f7565b90505f819003610c7e576040517f73bdc4cf00000000000000000000000000000000000000000000000000000000815267ffffffffffffffff841660048201526024810183905260440161095d565b67ffffffffffffffff83165f8181526016602052604090819020839055517f2073434499ae1a0aa4ad95f3e2b95b9eaa222c89410fee7fef5c6caa5f0310d490610ccb9084815260200190565b60405180910390a2505050565b67ffffffffffffffff82165f9081526017602090815260408083206001600160a01b03851684529091529020545b92915050565b610d1461221e565b610d1c612253565b505f610d26612633565b90505f610d3488888861270a565b9050805f03610d7a576040517f64ab34660000000000000000000000000000000000000000000000000000000081526001600160a01b038916600482015260240161095d565b6040517f695b7f230000000000000000000000000000000000000000000000000000000081526001600160a01b0389811660048301525f917f00000000000000000000000000000000000000000000000000000000000000009091169063695b7f2390602401602060405180830381865afa158015610dfb573d5f5f3e3d5ffd5b505050506040513d601f19601f82011682018060405250810190610e1f9190615118565b90506001600160a01b038116610e6c576040517f9ae69fbe0000000000000000000000000000000000000000000000000000000081526001600160a01b038a16600482015260240161095d565b610e7b838a8a8a8a8a8a6127ad565b610e86898284612974565b610e94836040015183612a16565b610e9e8183612a8d565b505050610ea9612b1f565b505050505050565b6040517fdd4bc1010000000000000000000000000000000000000000000000000000000081523360048201527f00000000000000000000000000000000000000000000000000000000000000006001600160a01b03169063dd4bc10190602401602060405180830381865afa158015610f2c573d5f5f3e3d5ffd5b505050506040513d601f19601f82011682018060405250810190610f509190615133565b5f03610f8a576040517fd118b63600000000000000000000000000000000000000000000000000000000815233600482015260240161095d565b60035465ffffffffffff1667ffffffffffffffff83161015610fe4576040517f15cdce1200000000000000000000000000000000000000000000000000000000815267ffffffffffffffff8316600482015260240161095d565b67ffffffffffffffff82165f8181526017602090815260408083203380855290835292819020859055518481529192917f6b414681f99b70fb5deb66c2d8d04ae5066e7fd7f152d86bc705097955c82b13910160405180910390a35050565b5f61104c611731565b90508067ffffffffffffffff168267ffffffffffffffff16146110af576040517f26096c3700000000000000000000000000000000000000000000000000000000815267ffffffffffffffff80841660048301528216602482015260440161095d565b60035465ffffffffffff1667ffffffffffffffff83161015611109576040517f15cdce1200000000000000000000000000000000000000000000000000000000815267ffffffffffffffff8316600482015260240161095d565b61112661112167ffffffffffffffff84166001615105565b612b49565b600380547fffffffffffffffffffffffffffffffffffffffffffffffffffff0000000000001665ffffffffffff929092169190911790555f6111927f000000000000000000000000000000000000000000000000000000000000000067ffffffffffffffff1643615105565b67ffffffffffffffff84165f818152601560205260409081902083905551919250907f1c478cc1b1a8040d1c492756046f0895bfc6bef51a9c0946c63c5a23ba4b21e890610ccb9084815260200190565b600480546001600160a01b0316331461122a576040517fa252c15100000000000000000000000000000000000000000000000000000000815233600482015260240161095d565b805474010000000000000000000000000000000000000000900467ffffffffffffffff1642106112ac5780546040517f7d47bb350000000000000000000000000000000000000000000000000000000081527401000000000000000000000000000000000000000090910467ffffffffffffffff16600482015260240161095d565b6112b5426121a4565b81547fffffffff0000000000000000ffffffffffffffffffffffffffffffffffffffff167401000000000000000000000000000000000000000067ffffffffffffffff92831681029190911780845560405191900490911681527fdb6a871e0ca1412b5a476ec1e7ec005fc584d1afa9bef37a3c64129332bb449b9060200160405180910390a150565b61134761221e565b61134f612253565b611385576040517f896187de00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b61138d612b1f565b565b6113b060405180606001604052805f81526020015f81526020015f81525090565b6040805160a08101825260035465ffffffffffff808216835266010000000000008204811660208401526c0100000000000000000000000082048116938301849052720100000000000000000000000000000000000082048116606084015278010000000000000000000000000000000000000000000000009091041660808201525f918203611442575090915f9150565b806060015165ffffffffffff16816040015165ffffffffffff1614806114745750806080015165ffffffffffff164210155b9150600b60036001836040015165ffffffffffff16611493919061514a565b61149d919061518a565b600381106114ad576114ad61519d565b6040805160608101825260039290920292909201805482526001810154602083015260020154918101919091529391925050565b6114e961221e565b6114f1612253565b505f6114fb612633565b90505f8080805b858110156116f7573687878381811061151d5761151d61519d565b905060200281019061152f91906151ca565b90505f6115676115426020840184614eaf565b6115526040850160208601615206565b6115626060860160408701615206565b61270a565b9050805f036115775750506116ef565b5f6001600160a01b037f00000000000000000000000000000000000000000000000000000000000000001663695b7f236115b46020860186614eaf565b6040517fffffffff0000000000000000000000000000000000000000000000000000000060e084901b1681526001600160a01b039091166004820152602401602060405180830381865afa15801561160e573d5f5f3e3d5ffd5b505050506040513d601f19601f820116820180604052508101906116329190615118565b90506001600160a01b03811661164a575050506116ef565b6116928861165b6020860186614eaf565b61166b6040870160208801615206565b61167b6060880160408901615206565b606088013561168d60808a018a61521f565b6127ad565b6116a96116a26020850185614eaf565b8284612974565b846001600160a01b0316816001600160a01b0316146116d3576116cc8587612a8d565b5f95509350835b6116dd8683612b94565b95506116e98783612b94565b96505050505b600101611502565b50611706846040015184612a16565b6117108183612a8d565b5050505061171c612b1f565b5050565b611728612c1b565b61138d5f612c60565b5f7f000000000000000000000000000000000000000000000000000000000000000067ffffffffffffffff164210156117c2576040517f1e32291900000000000000000000000000000000000000000000000000000000815267ffffffffffffffff7f000000000000000000000000000000000000000000000000000000000000000016600482015260240161095d565b7f000000000000000000000000000000000000000000000000000000000000000067ffffffffffffffff167f000000000000000000000000000000000000000000000000000000000000000067ffffffffffffffff1642611823919061514a565b61182d9190615283565b905090565b5f6060805f5f5f6060611843612cc7565b61184b612cf2565b604080515f808252602082019092527f0f000000000000000000000000000000000000000000000000000000000000009b939a50919850469750309650945092509050565b6040805160e0810182526005805461ffff80821684526201000082048116602085015264010000000082048116848601526601000000000000820416606084015268010000000000000000810463ffffffff166080808501919091526c010000000000000000000000009091046bffffffffffffffffffffffff1660a08401528351908101938490525f938493929160c08401916006906004908288855b82829054906101000a900461ffff1661ffff168152602001906002019060208260010104928301926001038202915080841161192e579050505050505081525050905061197a81612d1d565b91505090565b611988612c1b565b600480547fffffffffffffffffffffffff0000000000000000000000000000000000000000166001600160a01b0383169081179091556040517fe6c09ffe4572dc9ceaa5ddde4ae41befa655d6fdfe8052077af0970f700e942e905f90a250565b5f610d066119f683612d4c565b612d80565b611a0361221e565b60045474010000000000000000000000000000000000000000900467ffffffffffffffff16421015611a8b57600480546040517f0e601c6c0000000000000000000000000000000000000000000000000000000081527401000000000000000000000000000000000000000090910467ffffffffffffffff169181019190915260240161095d565b611a93612253565b50611aa2888888888888612dc7565b5f611aac89612d4c565b90505f611ac2611abb83612d80565b8585612fb1565b9050611ace8a886131b5565b611ad88a83613432565b817fcfd800f897a92ec2f1611ecc6a9c4626f65abdd7a8fbb714430af779769836068288888b604051611b0e949392919061534f565b60405180910390a26040517f6b9c75c00000000000000000000000000000000000000000000000000000000081525f906001600160a01b037f00000000000000000000000000000000000000000000000000000000000000001690636b9c75c090611b7f908d908d90600401615388565b6020604051808303815f875af1158015611b9b573d5f5f3e3d5ffd5b505050506040513d601f19601f82011682018060405250810190611bbf9190615133565b90508a60c001358114611c0b576040517f320f0b740000000000000000000000000000000000000000000000000000000081526004810182905260c08c0135602482015260440161095d565b505050611c16612b1f565b5050505050505050565b611c4160405180606001604052805f81526020015f81526020015f81525090565b611c6260405180606001604052805f81526020015f81526020015f81525090565b6040805160a08101825260035465ffffffffffff808216835266010000000000008204811660208401526c010000000000000000000000008204811693830193909352720100000000000000000000000000000000000081048316606083015278010000000000000000000000000000000000000000000000009004909116608082018190525f90421015611cfb578160600151611d01565b81604001515b65ffffffffffff16905060018110611d6b57600b6003611d2260018461514a565b611d2c919061518a565b60038110611d3c57611d3c61519d565b600302016040518060600160405290815f82015481526020016001820154815260200160028201548152505093505b60028110611dcb57600b6003611d8260028461514a565b611d8c919061518a565b60038110611d9c57611d9c61519d565b600302016040518060600160405290815f82015481526020016001820154815260200160028201548152505092505b50509091565b611dd9612c1b565b5f611de9368390038301836154a5565b9050611e1e8163ffffffff7f000000000000000000000000000000000000000000000000000000000000000081169061386a16565b805160058054602084015160408501516060860151608087015160a08801516bffffffffffffffffffffffff166c01000000000000000000000000027fffffffffffffffff000000000000000000000000ffffffffffffffffffffffff63ffffffff9092166801000000000000000002919091167fffffffffffffffff00000000000000000000000000000000ffffffffffffffff61ffff9384166601000000000000027fffffffffffffffffffffffffffffffffffffffffffffffff0000ffffffffffff95851664010000000002959095167fffffffffffffffffffffffffffffffffffffffffffffffff00000000ffffffff96851662010000027fffffffffffffffffffffffffffffffffffffffffffffffffffffffff00000000909816949099169390931795909517939093169590951717939093161791909117815560c0820151829190611f74906006906004614aa3565b50905050611f8181612d1d565b7f122a52b035c74ec9cb7f3524cee7b57ed2212c39ee95279d565ae9943fc2b3be82604051611fb0919061503e565b60405180910390a25050565b611fc4614b34565b6040805160e0810182526005805461ffff80821684526201000082048116602085015264010000000082048116848601526601000000000000820416606084015268010000000000000000810463ffffffff166080808501919091526c010000000000000000000000009091046bffffffffffffffffffffffff1660a08401528351908101938490529192909160c0840191600690600490825f855b82829054906101000a900461ffff1661ffff1681526020019060020190602082600101049283019260010382029150808411612060579050505050505081525050905090565b6120ae61221e565b8060095f8282546120bf9190615105565b909155505060095460405133917ffe87bb86cb697f366b273d1601273d9cedd1982d33ac1417557cb9ddf6cf61369161210091858252602082015260400190565b60405180910390a261213d6001600160a01b037f000000000000000000000000000000000000000000000000000000000000000016333084613a82565b612145612b1f565b50565b612150612c1b565b6001600160a01b038116612192576040517f1e4fbdf70000000000000000000000000000000000000000000000000000000081525f600482015260240161095d565b61214581612c60565b5f61182d613ad1565b5f67ffffffffffffffff8211156121f357604080517f6dfcc65000000000000000000000000000000000000000000000000000000000815260048101919091526024810183905260440161095d565b5090565b5f4382810361010181106122135761220e84613bfa565b612216565b83405b949350505050565b612226613c27565b61138d60017f9b779b17422d0df92223018b32b4d1fa46e071723d6817e2486d003becc55f005b90613c80565b6040805160a08101825260035465ffffffffffff808216835266010000000000008204811660208401526c01000000000000000000000000820481169383018490527201000000000000000000000000000000000000820481166060840181905278010000000000000000000000000000000000000000000000009092041660808301525f9214806122f05750806080015165ffffffffffff1642105b156122fc575f91505090565b6040818101805165ffffffffffff9081166060850181905284516003805460208089015160808a01519487167fffffffffffffffffffffffffffffffffffffffff00000000000000000000000090931692909217660100000000000092871692909202919091177fffffffffffffffff000000000000000000000000ffffffffffffffffffffffff166c0100000000000000000000000085027fffffffffffffffff000000000000ffffffffffffffffffffffffffffffffffff16177201000000000000000000000000000000000000909402939093177fffff000000000000ffffffffffffffffffffffffffffffffffffffffffffffff1678010000000000000000000000000000000000000000000000009285169290920291909117815584518086019095526007546fffffffffffffffffffffffffffffffff8082168752700100000000000000000000000000000000909104169185019190915291515f92600b929091612470916001911661514a565b61247a919061518a565b6003811061248a5761248a61519d565b600302019050805f01547f230b9b097f8a994d196928e9415d459e7db73b4d460e3099875a459db35252e6826001015483600201546040516124d6929190918252602082015260400190565b60405180910390a260208201516fffffffffffffffffffffffffffffffff16156125a65760208201516040517f40c10f190000000000000000000000000000000000000000000000000000000081523060048201526fffffffffffffffffffffffffffffffff90911660248201527f00000000000000000000000000000000000000000000000000000000000000006001600160a01b0316906340c10f19906044015f604051808303815f87803b15801561258f575f5ffd5b505af11580156125a1573d5f5f3e3d5ffd5b505050505b81516fffffffffffffffffffffffffffffffff1615612629578151612629906001600160a01b037f000000000000000000000000000000000000000000000000000000000000000016907f0000000000000000000000000000000000000000000000000000000000000000906fffffffffffffffffffffffffffffffff16613c87565b6001935050505090565b61265460405180606001604052805f81526020015f81526020015f81525090565b6003547201000000000000000000000000000000000000900465ffffffffffff165f8190036126af576040517f14567ff400000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b600b60036126be60018461514a565b6126c8919061518a565b600381106126d8576126d861519d565b600302016040518060600160405290815f82015481526020016001820154815260200160028201548152505091505090565b6001600160a01b0383165f90815260146020526040812054608081901c6fffffffffffffffffffffffffffffffff808316906127a0908716831061274e575f612764565b82876fffffffffffffffffffffffffffffffff16035b82876fffffffffffffffffffffffffffffffff16116127835760801b90565b60801b6fffffffffffffffffffffffffffffffff87168390031790565b93505050505b9392505050565b6040805160016020808301919091526001600160a01b038916828401526fffffffffffffffffffffffffffffffff808916606084015287166080808401919091528351808403909101815260a090920190925280519101205f908190612850907fffffffffffffffffffffffffffffffff0000000000000000000000000000000060808a901b166fffffffffffffffffffffffffffffffff891617878787613cda565b9150915088602001518214801561286a5750886040015181145b1561287657505061296b565b6003547201000000000000000000000000000000000000900465ffffffffffff1660028110156128dd576040517ff9caff350000000000000000000000000000000000000000000000000000000081526001600160a01b038a16600482015260240161095d565b5f600b60036128ed60028561514a565b6128f7919061518a565b600381106129075761290761519d565b600302019050806001015484141580612924575080600201548314155b15612966576040517ff9caff350000000000000000000000000000000000000000000000000000000081526001600160a01b038b16600482015260240161095d565b505050505b50505050505050565b6001600160a01b0383165f908152601460205260409020546129969082612b94565b6001600160a01b038085165f818152601460205260409081902093909355915190841691907fe6aaaaf06c76218483e7dea49b5101c561f6395438de54864693ccf051e7f47c90612a0990608086901c906fffffffffffffffffffffffffffffffff871690918252602082015260400190565b60405180910390a3505050565b5f612a23600a5483612b94565b9050608083901c608082901c1180612a4f57506fffffffffffffffffffffffffffffffff838116908216115b15612a86576040517fd1a0485500000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b600a555050565b608081901c6fffffffffffffffffffffffffffffffff82168115612adf57612adf6001600160a01b037f0000000000000000000000000000000000000000000000000000000000000000168584613c87565b8015612b1957612b196001600160a01b037f0000000000000000000000000000000000000000000000000000000000000000168583613c87565b50505050565b61138d5f7f9b779b17422d0df92223018b32b4d1fa46e071723d6817e2486d003becc55f0061224d565b5f65ffffffffffff8211156121f3576040517f6dfcc650000000000000000000000000000000000000000000000000000000008152603060048201526024810183905260440161095d565b5f6fffffffffffffffffffffffffffffffff612bb4838216858316615105565b1180612bdf57506fffffffffffffffffffffffffffffffff612bdd608084811c9086901c615105565b115b15612c16576040517f2aac526900000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b500190565b5f546001600160a01b0316331461138d576040517f118cdaa700000000000000000000000000000000000000000000000000000000815233600482015260240161095d565b5f80546001600160a01b038381167fffffffffffffffffffffffff0000000000000000000000000000000000000000831681178455604051919092169283917f8be0079c531659141344cd1fd0a4f28419497f9722a3daafe3b4186f6b6457e09190a35050565b606061182d7f0000000000000000000000000000000000000000000000000000000000000000613e11565b606061182d7f0000000000000000000000000000000000000000000000000000000000000000613e11565b5f81604051602001612d2f919061503e565b604051602081830303815290604052805190602001209050919050565b5f7fe7f25cdfe4cbf6bfa03e0b5230c0cc65c09caa872bf2e0ba798769af50c6f4cf82604051602001612d2f92919061565b565b5f610d06612d8c613ad1565b836040517f19010000000000000000000000000000000000000000000000000000000000008152600281019290925260228201526042902090565b60015b81811015612e50578282612ddf60018461514a565b818110612dee57612dee61519d565b90506020020135838383818110612e0757612e0761519d565b9050602002013511612e48576040517f886564f80000000000000000000000000000000000000000000000000000000081526004810182905260240161095d565b600101612dca565b505f8282604051602001612e65929190615670565b60405160208183030381529060405280519060200120905080876080013514612ec7576040517f8ad272b9000000000000000000000000000000000000000000000000000000008152608088013560048201526024810182905260440161095d565b8585604051602001612eda929190615388565b604051602081830303815290604052805190602001209050808760a0013514612f3c576040517f259b6aab00000000000000000000000000000000000000000000000000000000815260a088013560048201526024810182905260440161095d565b83604051602001612f4d9190615683565b604051602081830303815290604052805190602001209050808761014001351461296b576040517f342929d500000000000000000000000000000000000000000000000000000000815261014088013560048201526024810182905260440161095d565b60608167ffffffffffffffff811115612fcc57612fcc615296565b604051908082528060200260200182016040528015612ff5578160200160208202803683370190505b5090505f805b838110156130b8575f6130318787878581811061301a5761301a61519d565b905060200281019061302c9190615692565b613e4e565b9050826001600160a01b0316816001600160a01b031611613081576040517f590a84f70000000000000000000000000000000000000000000000000000000081526004810183905260240161095d565b809250828483815181106130975761309761519d565b6001600160a01b039092166020928302919091019091015250600101612ffb565b505f5f7f00000000000000000000000000000000000000000000000000000000000000006001600160a01b031663f767b4da856040518263ffffffff1660e01b815260040161310791906156f3565b6040805180830381865afa158015613121573d5f5f3e3d5ffd5b505050506040513d601f19601f820116820180604052508101906131459190615705565b91509150805f148061316a575061315d816002615727565b613168836003615727565b105b156131ab576040517f6a215984000000000000000000000000000000000000000000000000000000008152600481018390526024810182905260440161095d565b5050509392505050565b6040805160a08101825260035465ffffffffffff808216835266010000000000008204811660208401526c01000000000000000000000000820481169383018490527201000000000000000000000000000000000000820481166060840181905278010000000000000000000000000000000000000000000000009092041660808301529091146132825760808101516040517fbb7552a400000000000000000000000000000000000000000000000000000000815265ffffffffffff909116600482015260240161095d565b6132a360405180606001604052805f81526020015f81526020015f81525090565b604082015165ffffffffffff161561331b57600b60036001846040015165ffffffffffff166132d2919061514a565b6132dc919061518a565b600381106132ec576132ec61519d565b600302016040518060600160405290815f82015481526020016001820154815260200160028201548152505090505b6040805160e0810182526005805461ffff80821684526201000082048116602085015264010000000082048116848601526601000000000000820416606084015268010000000000000000810463ffffffff166080808501919091526c010000000000000000000000009091046bffffffffffffffffffffffff1660a08401528351908101938490525f9360c0840191906006906004908288855b82829054906101000a900461ffff1661ffff16815260200190600201906020826001010492830192600103820291508084116133b657905050505050508152505090506134088584845f015184613e78565b613412858261416b565b61341d8585836142b9565b61342b8583604001516145a5565b5050505050565b6040805160a08101825260035465ffffffffffff808216835266010000000000008204811660208401526c01000000000000000000000000820481169383019390935272010000000000000000000000000000000000008104831660608301527801000000000000000000000000000000000000000000000000900490911660808201525f6134ee61112167ffffffffffffffff7f00000000000000000000000000000000000000000000000000000000000000001642615105565b90505f600b6003846040015165ffffffffffff1661350c919061518a565b6003811061351c5761351c61519d565b600302018481556102608601356001820155610280860135600282015590506135496101c0860135614690565b600880547fffffffffffffffffffffffffffffffff00000000000000000000000000000000166fffffffffffffffffffffffffffffffff92909216919091179055613598610180860135614690565b600880546010906135d090849070010000000000000000000000000000000090046fffffffffffffffffffffffffffffffff1661573e565b92506101000a8154816fffffffffffffffffffffffffffffffff02191690836fffffffffffffffffffffffffffffffff160217905550846101a001355f1461362e57846101a0013560095f828254613628919061514a565b90915550505b6040518060400160405280613647876101200135614690565b6fffffffffffffffffffffffffffffffff16815260200161366c876101800135614690565b6fffffffffffffffffffffffffffffffff90811690915281516020928301518216700100000000000000000000000000000000029116176007556136cb906136b690870187614bc4565b6111219067ffffffffffffffff166001615105565b65ffffffffffff166020840152604083018051600191906136ed908390615766565b65ffffffffffff908116909152838116608086018190528551600380546020808a015160408b015160608c015178010000000000000000000000000000000000000000000000009097027fffff000000000000ffffffffffffffffffffffffffffffffffffffffffffffff9789167201000000000000000000000000000000000000027fffffffffffffffff000000000000ffffffffffffffffffffffffffffffffffff928a166c0100000000000000000000000002929092167fffffffffffffffff000000000000000000000000ffffffffffffffffffffffff938a166601000000000000027fffffffffffffffffffffffffffffffffffffffff0000000000000000000000009096169790991696909617939093171695909517179290921617905585915061382090870187614bc4565b67ffffffffffffffff167f5e4edd7db2d57383222f51cdae6917cc99bb385196506e74ace24cbf1d77e244848860405161385b929190615784565b60405180910390a35050505050565b5f826060015161ffff16836040015161ffff16846020015161ffff16855f015161ffff166138989190615105565b6138a29190615105565b6138ac9190615105565b905061271081146138ec576040517f94e599f20000000000000000000000000000000000000000000000000000000081526004810182905260240161095d565b6064836060015161ffff16101561393b5760608301516040517f92e9b0c800000000000000000000000000000000000000000000000000000000815261ffff909116600482015260240161095d565b6103e8836040015161ffff16111561398b5760408084015190517f3d95061f00000000000000000000000000000000000000000000000000000000815261ffff909116600482015260240161095d565b60c083015160608101516040820151602083015192515f9361ffff93841693928316926139bc929181169116615105565b6139c69190615105565b6139d09190615105565b9050612710811115613a11576040517f8a3c59770000000000000000000000000000000000000000000000000000000081526004810182905260240161095d565b82846080015163ffffffff161180613a365750633b9aca00846080015163ffffffff16115b15612b195760808401516040517fed20b4a500000000000000000000000000000000000000000000000000000000815263ffffffff90911660048201526024810184905260440161095d565b613a908484848460016146e5565b612b19576040517f5274afe70000000000000000000000000000000000000000000000000000000081526001600160a01b038516600482015260240161095d565b5f306001600160a01b037f000000000000000000000000000000000000000000000000000000000000000016148015613b2957507f000000000000000000000000000000000000000000000000000000000000000046145b15613b5357507f000000000000000000000000000000000000000000000000000000000000000090565b61182d604080517f8b73c3c69bb8fe3d512ecc4cf759cc79239f7b179b0ffacaa9a75d522b39400f60208201527f0000000000000000000000000000000000000000000000000000000000000000918101919091527f000000000000000000000000000000000000000000000000000000000000000060608201524660808201523060a08201525f9060c00160405160208183030381529060405280519060200120905090565b5f815f525f60205260208060205f71f90827f1c53a10cb7a02335b1753200029355afa5050602051919050565b7f9b779b17422d0df92223018b32b4d1fa46e071723d6817e2486d003becc55f005c1561138d576040517f3ee5aeb500000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b80825d5050565b613c94838383600161476b565b613cd5576040517f5274afe70000000000000000000000000000000000000000000000000000000081526001600160a01b038416600482015260240161095d565b505050565b5f80826020811115613d1b576040517f6bd6b3fd0000000000000000000000000000000000000000000000000000000081526004810182905260240161095d565b85811c15613d5f576040517fb0a9aa6b000000000000000000000000000000000000000000000000000000008152600481018790526024810182905260440161095d565b8792508691505f5b81811015613e055736868683818110613d8257613d8261519d565b90506040020190508188901c6001165f14613dbf576040805182358152602080840135908201529081018690526060810185905260809020613dea565b613dea8585833560208501356040805194855260208501939093529183015260608201526080902090565b9450613dfa848260200135612b94565b935050600101613d67565b50509550959350505050565b60605f613e1d836147e6565b6040805160208082528183019092529192505f91906020820181803683375050509182525060208101929092525090565b5f5f5f5f613e5d878787614826565b925092509250613e6d828261486d565b509095945050505050565b60208084015165ffffffffffff1690613e9390860186614bc4565b67ffffffffffffffff161015613f0157613eb06020850185614bc4565b60208401516040517ff18fcfd200000000000000000000000000000000000000000000000000000000815267ffffffffffffffff909216600483015265ffffffffffff16602482015260440161095d565b67ffffffffffffffff7f000000000000000000000000000000000000000000000000000000000000000016613f396020860186614bc4565b613f4e9067ffffffffffffffff166001615105565b613f589190615727565b613f8c9067ffffffffffffffff7f000000000000000000000000000000000000000000000000000000000000000016615105565b421015613fdf57613fa06020850185614bc4565b6040517f5dd3469000000000000000000000000000000000000000000000000000000000815267ffffffffffffffff909116600482015260240161095d565b60165f613fef6020870187614bc4565b67ffffffffffffffff1681526020019081526020015f20545f5f1b0361405b5761401c6020850185614bc4565b6040517f0172d15900000000000000000000000000000000000000000000000000000000815267ffffffffffffffff909116600482015260240161095d565b818460200135146140a5576040517fdec38460000000000000000000000000000000000000000000000000000000008152602085013560048201526024810183905260440161095d565b5f6140af82612d1d565b9050808560400135146140fb57604080517ffd7b7f8d0000000000000000000000000000000000000000000000000000000081529086013560048201526024810182905260440161095d565b4361410c6080870160608801614bc4565b67ffffffffffffffff16111561342b5761412c6080860160608701614bc4565b6040517f8b8ce2c600000000000000000000000000000000000000000000000000000000815267ffffffffffffffff909116600482015260240161095d565b5f61417f61010084013560e0850135615105565b905060c083013561419561012085013583615105565b146141e95760c08301356141ae61012085013583615105565b6040517f3127dac90000000000000000000000000000000000000000000000000000000081526004810192909252602482015260440161095d565b5f6142008460c00135846060015161ffff16614970565b61420e9060c086013561514a565b905080821115614254576040517fb7d2cdfd000000000000000000000000000000000000000000000000000000008152600481018390526024810182905260440161095d565b61426a8460c00135846040015161ffff1661499f565b9050808461010001351115612b19576040517f950d885300000000000000000000000000000000000000000000000000000000815261010085013560048201526024810182905260440161095d565b60085460808201516fffffffffffffffffffffffffffffffff909116905f906142e990839063ffffffff166149ad565b90505f805b60048110156143c7575f614320848760c0015184600481106143125761431261519d565b602002015161ffff1661499f565b9050808783600481106143355761433561519d565b6020020135111561439a57818783600481106143535761435361519d565b6040517f310473500000000000000000000000000000000000000000000000000000000081526004810193909352602002013560248201526044810182905260640161095d565b8682600481106143ac576143ac61519d565b6020020135836143bc9190615105565b9250506001016142ee565b508561016001358114614414576040517ffc325b0500000000000000000000000000000000000000000000000000000000815260048101829052610160870135602482015260440161095d565b61441e818461514a565b866101c0013514614474576101c0860135614439828561514a565b6040517f4649f6110000000000000000000000000000000000000000000000000000000081526004810192909252602482015260440161095d565b6008545f906144af906101808901359070010000000000000000000000000000000090046fffffffffffffffffffffffffffffffff16615105565b90505f6144cd6101c08901356b019d971e4fe8401e7400000061514a565b905080821115614513576040517fcf34bcad000000000000000000000000000000000000000000000000000000008152600481018390526024810182905260440161095d565b5f6009548760a001516bffffffffffffffffffffffff16106145375760095461454b565b8660a001516bffffffffffffffffffffffff165b905080896101a00135111561459a576040517f648c60020000000000000000000000000000000000000000000000000000000081526101a08a013560048201526024810182905260440161095d565b505050505050505050565b5f6101008301356145be60e0850135608085901c615105565b6145c89190615105565b90505f6101a08401356145f26101808601356fffffffffffffffffffffffffffffffff8616615105565b6145fc9190615105565b90505f61464261460b84614690565b6fffffffffffffffffffffffffffffffff1661462684614690565b6fffffffffffffffffffffffffffffffff1660809190911b1790565b9050808561028001351461342b576040517fbcb3437200000000000000000000000000000000000000000000000000000000815261028086013560048201526024810182905260440161095d565b5f6fffffffffffffffffffffffffffffffff8211156121f3576040517f6dfcc650000000000000000000000000000000000000000000000000000000008152608060048201526024810183905260440161095d565b6040517f23b872dd000000000000000000000000000000000000000000000000000000005f8181526001600160a01b038781166004528616602452604485905291602083606481808c5af1925060015f5114831661475a57838315161561474e573d5f823e3d81fd5b5f883b113d1516831692505b604052505f60605295945050505050565b6040517fa9059cbb000000000000000000000000000000000000000000000000000000005f8181526001600160a01b038616600452602485905291602083604481808b5af1925060015f511483166147da5783831516156147ce573d5f823e3d81fd5b5f873b113d1516831692505b60405250949350505050565b5f60ff8216601f811115610d06576040517fb3512b0c00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b5f8080604184900361485a578435602086013560408701355f1a61484c898285856149bd565b955095509550505050614864565b505f915060029050825b93509350939050565b5f826003811115614880576148806157a1565b03614889575050565b600182600381111561489d5761489d6157a1565b036148d4576040517ff645eedf00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b60028260038111156148e8576148e86157a1565b03614922576040517ffce698f70000000000000000000000000000000000000000000000000000000081526004810182905260240161095d565b6003826003811115614936576149366157a1565b0361171c576040517fd78bce0c0000000000000000000000000000000000000000000000000000000081526004810182905260240161095d565b5f6127106001816149818587615727565b61498b9190615105565b614995919061514a565b6127a69190615283565b5f6127106149958385615727565b5f633b9aca006149958385615727565b5f80807f7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a08411156149f657505f91506003905082614a99565b604080515f808252602082018084528a905260ff891692820192909252606081018790526080810186905260019060a0016020604051602081039080840390855afa158015614a47573d5f5f3e3d5ffd5b50506040517fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe001519150506001600160a01b038116614a9057505f925060019150829050614a99565b92505f91508190505b9450945094915050565b600183019183908215614b28579160200282015f5b83821115614af857835183826101000a81548161ffff021916908361ffff1602179055509260200192600201602081600101049283019260010302614ab8565b8015614b265782816101000a81549061ffff0219169055600201602081600101049283019260010302614af8565b505b506121f3929150614b76565b6040805160e0810182525f80825260208201819052918101829052606081018290526080810182905260a081019190915260c08101614b71614b8a565b905290565b5b808211156121f3575f8155600101614b77565b60405180608001604052806004906020820280368337509192915050565b803567ffffffffffffffff81168114614bbf575f5ffd5b919050565b5f60208284031215614bd4575f5ffd5b6127a682614ba8565b6001600160a01b0381168114612145575f5ffd5b5f5f60408385031215614c02575f5ffd5b614c0b83614ba8565b91506020830135614c1b81614bdd565b809150509250929050565b80356fffffffffffffffffffffffffffffffff81168114614bbf575f5ffd5b5f5f83601f840112614c55575f5ffd5b50813567ffffffffffffffff811115614c6c575f5ffd5b6020830191508360208260061b8501011115614c86575f5ffd5b9250929050565b5f5f5f5f5f5f60a08789031215614ca2575f5ffd5b8635614cad81614bdd565b9550614cbb60208801614c26565b9450614cc960408801614c26565b935060608701359250608087013567ffffffffffffffff811115614ceb575f5ffd5b614cf789828a01614c45565b979a9699509497509295939492505050565b5f5f60408385031215614d1a575f5ffd5b614d2383614ba8565b946020939093013593505050565b5f5f83601f840112614d41575f5ffd5b50813567ffffffffffffffff811115614d58575f5ffd5b6020830191508360208260051b8501011115614c86575f5ffd5b5f5f60208385031215614d83575f5ffd5b823567ffffffffffffffff811115614d99575f5ffd5b614da585828601614d31565b90969095509350505050565b5f81518084528060208401602086015e5f6020828601015260207fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe0601f83011685010191505092915050565b7fff000000000000000000000000000000000000000000000000000000000000008816815260e060208201525f614e3760e0830189614db1565b8281036040840152614e498189614db1565b606084018890526001600160a01b038716608085015260a0840186905283810360c0850152845180825260208087019350909101905f5b81811015614e9e578351835260209384019390920191600101614e80565b50909b9a5050505050505050505050565b5f60208284031215614ebf575f5ffd5b81356127a681614bdd565b5f6102e08284031215614edb575f5ffd5b50919050565b5f6102e08284031215614ef2575f5ffd5b6127a68383614eca565b5f5f5f5f5f5f5f5f6103c0898b031215614f14575f5ffd5b614f1e8a8a614eca565b97506102e089013567ffffffffffffffff811115614f3a575f5ffd5b614f468b828c01614c45565b90985096505061038089018a811115614f5d575f5ffd5b6103008a0195503567ffffffffffffffff811115614f79575f5ffd5b614f858b828c01614d31565b9095509350506103a089013567ffffffffffffffff811115614fa5575f5ffd5b614fb18b828c01614d31565b999c989b5096995094979396929594505050565b8251815260208084015181830152604080850151818401528351606084015290830151608083015282015160a082015260c081016127a6565b5f610140828403128015615010575f5ffd5b509092915050565b805f5b6004811015612b1957815161ffff1684526020938401939091019060010161501b565b5f6101408201905061ffff835116825261ffff602084015116602083015261ffff604084015116604083015261ffff606084015116606083015263ffffffff608084015116608083015260a08301516150a760a08401826bffffffffffffffffffffffff169052565b5060c08301516150ba60c0840182615018565b5092915050565b5f602082840312156150d1575f5ffd5b5035919050565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52601160045260245ffd5b80820180821115610d0657610d066150d8565b5f60208284031215615128575f5ffd5b81516127a681614bdd565b5f60208284031215615143575f5ffd5b5051919050565b81810381811115610d0657610d066150d8565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52601260045260245ffd5b5f826151985761519861515d565b500690565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52603260045260245ffd5b5f82357fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff618336030181126151fc575f5ffd5b9190910192915050565b5f60208284031215615216575f5ffd5b6127a682614c26565b5f5f83357fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe1843603018112615252575f5ffd5b83018035915067ffffffffffffffff82111561526c575f5ffd5b6020019150600681901b3603821315614c86575f5ffd5b5f826152915761529161515d565b500490565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52604160045260245ffd5b5f8151808452602084019350602083015f5b828110156152fc5781516001600160a01b03168652602095860195909101906001016152d5565b5093949350505050565b8183525f7f07ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff831115615336575f5ffd5b8260051b80836020870137939093016020019392505050565b60c081525f61536160c08301876152c3565b8281036020840152615374818688615306565b915050608083604084013795945050505050565b602080825281018290525f8360408301825b858110156153d45782356153ad81614bdd565b6001600160a01b03168252602083810135908301526040928301929091019060010161539a565b5095945050505050565b60405160e0810167ffffffffffffffff8111828210171561540157615401615296565b60405290565b803561ffff81168114614bbf575f5ffd5b80356bffffffffffffffffffffffff81168114614bbf575f5ffd5b5f82601f830112615442575f5ffd5b6040516080810167ffffffffffffffff8111828210171561546557615465615296565b604052806080840185811115615479575f5ffd5b845b8181101561549a5761548c81615407565b83526020928301920161547b565b509195945050505050565b5f6101408284031280156154b7575f5ffd5b506154c06153de565b6154c983615407565b81526154d760208401615407565b60208201526154e860408401615407565b60408201526154f960608401615407565b6060820152608083013563ffffffff81168114615514575f5ffd5b608082015261552560a08401615418565b60a08201526155378460c08501615433565b60c08201529392505050565b61555e8261555083614ba8565b67ffffffffffffffff169052565b602081810135908301526040808201359083015261557e60608201614ba8565b67ffffffffffffffff1660608301526080818101359083015260a0808201359083015260c0808201359083015260e08082013590830152610100808201359083015261012080820135908301526101408082013590830152610160808201359083015261018080820135908301526101a080820135908301526101c080820135908301526101e08082013590830152610200808201359083015261022080820135908301526102408082013590830152610260808201359083015261028080820135908301526102a080820135908301526102c090810135910152565b82815261030081016127a66020830184615543565b602081525f612216602083018486615306565b60808181019083833792915050565b5f5f83357fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe18436030181126156c5575f5ffd5b83018035915067ffffffffffffffff8211156156df575f5ffd5b602001915036819003821315614c86575f5ffd5b602081525f6127a660208301846152c3565b5f5f60408385031215615716575f5ffd5b505080516020909101519092909150565b8082028115828204841417610d0657610d066150d8565b6fffffffffffffffffffffffffffffffff8181168382160190811115610d0657610d066150d8565b65ffffffffffff8181168382160190811115610d0657610d066150d8565b65ffffffffffff8316815261030081016127a66020830184615543565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52602160045260245ffd" as const;
