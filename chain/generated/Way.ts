// Generated from contracts/src/Way.sol by tools/contracts.ts. Do not edit.
export const wayAbi = [
  {
    "type": "constructor",
    "inputs": [
      {
        "name": "treasury",
        "type": "address",
        "internalType": "address"
      }
    ],
    "stateMutability": "nonpayable"
  },
  {
    "type": "function",
    "name": "CAP",
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
    "name": "CLOCK_MODE",
    "inputs": [],
    "outputs": [
      {
        "name": "",
        "type": "string",
        "internalType": "string"
      }
    ],
    "stateMutability": "pure"
  },
  {
    "type": "function",
    "name": "DOMAIN_SEPARATOR",
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
    "name": "INITIAL_SUPPLY",
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
    "name": "RESERVE",
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
    "name": "allowance",
    "inputs": [
      {
        "name": "owner",
        "type": "address",
        "internalType": "address"
      },
      {
        "name": "spender",
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
    "name": "approve",
    "inputs": [
      {
        "name": "spender",
        "type": "address",
        "internalType": "address"
      },
      {
        "name": "value",
        "type": "uint256",
        "internalType": "uint256"
      }
    ],
    "outputs": [
      {
        "name": "",
        "type": "bool",
        "internalType": "bool"
      }
    ],
    "stateMutability": "nonpayable"
  },
  {
    "type": "function",
    "name": "balanceOf",
    "inputs": [
      {
        "name": "account",
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
    "name": "burn",
    "inputs": [
      {
        "name": "value",
        "type": "uint256",
        "internalType": "uint256"
      }
    ],
    "outputs": [],
    "stateMutability": "nonpayable"
  },
  {
    "type": "function",
    "name": "burnFrom",
    "inputs": [
      {
        "name": "account",
        "type": "address",
        "internalType": "address"
      },
      {
        "name": "value",
        "type": "uint256",
        "internalType": "uint256"
      }
    ],
    "outputs": [],
    "stateMutability": "nonpayable"
  },
  {
    "type": "function",
    "name": "checkpoints",
    "inputs": [
      {
        "name": "account",
        "type": "address",
        "internalType": "address"
      },
      {
        "name": "pos",
        "type": "uint32",
        "internalType": "uint32"
      }
    ],
    "outputs": [
      {
        "name": "",
        "type": "tuple",
        "internalType": "struct Checkpoints.Checkpoint208",
        "components": [
          {
            "name": "_key",
            "type": "uint48",
            "internalType": "uint48"
          },
          {
            "name": "_value",
            "type": "uint208",
            "internalType": "uint208"
          }
        ]
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
        "type": "uint48",
        "internalType": "uint48"
      }
    ],
    "stateMutability": "view"
  },
  {
    "type": "function",
    "name": "decimals",
    "inputs": [],
    "outputs": [
      {
        "name": "",
        "type": "uint8",
        "internalType": "uint8"
      }
    ],
    "stateMutability": "view"
  },
  {
    "type": "function",
    "name": "delegate",
    "inputs": [
      {
        "name": "delegatee",
        "type": "address",
        "internalType": "address"
      }
    ],
    "outputs": [],
    "stateMutability": "nonpayable"
  },
  {
    "type": "function",
    "name": "delegateBySig",
    "inputs": [
      {
        "name": "delegatee",
        "type": "address",
        "internalType": "address"
      },
      {
        "name": "nonce",
        "type": "uint256",
        "internalType": "uint256"
      },
      {
        "name": "expiry",
        "type": "uint256",
        "internalType": "uint256"
      },
      {
        "name": "v",
        "type": "uint8",
        "internalType": "uint8"
      },
      {
        "name": "r",
        "type": "bytes32",
        "internalType": "bytes32"
      },
      {
        "name": "s",
        "type": "bytes32",
        "internalType": "bytes32"
      }
    ],
    "outputs": [],
    "stateMutability": "nonpayable"
  },
  {
    "type": "function",
    "name": "delegates",
    "inputs": [
      {
        "name": "account",
        "type": "address",
        "internalType": "address"
      }
    ],
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
    "name": "getPastTotalSupply",
    "inputs": [
      {
        "name": "timepoint",
        "type": "uint256",
        "internalType": "uint256"
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
    "name": "getPastVotes",
    "inputs": [
      {
        "name": "account",
        "type": "address",
        "internalType": "address"
      },
      {
        "name": "timepoint",
        "type": "uint256",
        "internalType": "uint256"
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
    "name": "getVotes",
    "inputs": [
      {
        "name": "account",
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
    "name": "mint",
    "inputs": [
      {
        "name": "to",
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
    "name": "mintedFromReserve",
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
    "name": "minter",
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
    "name": "name",
    "inputs": [],
    "outputs": [
      {
        "name": "",
        "type": "string",
        "internalType": "string"
      }
    ],
    "stateMutability": "view"
  },
  {
    "type": "function",
    "name": "nonces",
    "inputs": [
      {
        "name": "owner",
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
    "name": "numCheckpoints",
    "inputs": [
      {
        "name": "account",
        "type": "address",
        "internalType": "address"
      }
    ],
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
    "name": "permit",
    "inputs": [
      {
        "name": "owner",
        "type": "address",
        "internalType": "address"
      },
      {
        "name": "spender",
        "type": "address",
        "internalType": "address"
      },
      {
        "name": "value",
        "type": "uint256",
        "internalType": "uint256"
      },
      {
        "name": "deadline",
        "type": "uint256",
        "internalType": "uint256"
      },
      {
        "name": "v",
        "type": "uint8",
        "internalType": "uint8"
      },
      {
        "name": "r",
        "type": "bytes32",
        "internalType": "bytes32"
      },
      {
        "name": "s",
        "type": "bytes32",
        "internalType": "bytes32"
      }
    ],
    "outputs": [],
    "stateMutability": "nonpayable"
  },
  {
    "type": "function",
    "name": "setMinter",
    "inputs": [
      {
        "name": "minter_",
        "type": "address",
        "internalType": "address"
      }
    ],
    "outputs": [],
    "stateMutability": "nonpayable"
  },
  {
    "type": "function",
    "name": "symbol",
    "inputs": [],
    "outputs": [
      {
        "name": "",
        "type": "string",
        "internalType": "string"
      }
    ],
    "stateMutability": "view"
  },
  {
    "type": "function",
    "name": "totalSupply",
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
    "name": "transfer",
    "inputs": [
      {
        "name": "to",
        "type": "address",
        "internalType": "address"
      },
      {
        "name": "value",
        "type": "uint256",
        "internalType": "uint256"
      }
    ],
    "outputs": [
      {
        "name": "",
        "type": "bool",
        "internalType": "bool"
      }
    ],
    "stateMutability": "nonpayable"
  },
  {
    "type": "function",
    "name": "transferFrom",
    "inputs": [
      {
        "name": "from",
        "type": "address",
        "internalType": "address"
      },
      {
        "name": "to",
        "type": "address",
        "internalType": "address"
      },
      {
        "name": "value",
        "type": "uint256",
        "internalType": "uint256"
      }
    ],
    "outputs": [
      {
        "name": "",
        "type": "bool",
        "internalType": "bool"
      }
    ],
    "stateMutability": "nonpayable"
  },
  {
    "type": "event",
    "name": "Approval",
    "inputs": [
      {
        "name": "owner",
        "type": "address",
        "indexed": true,
        "internalType": "address"
      },
      {
        "name": "spender",
        "type": "address",
        "indexed": true,
        "internalType": "address"
      },
      {
        "name": "value",
        "type": "uint256",
        "indexed": false,
        "internalType": "uint256"
      }
    ],
    "anonymous": false
  },
  {
    "type": "event",
    "name": "DelegateChanged",
    "inputs": [
      {
        "name": "delegator",
        "type": "address",
        "indexed": true,
        "internalType": "address"
      },
      {
        "name": "fromDelegate",
        "type": "address",
        "indexed": true,
        "internalType": "address"
      },
      {
        "name": "toDelegate",
        "type": "address",
        "indexed": true,
        "internalType": "address"
      }
    ],
    "anonymous": false
  },
  {
    "type": "event",
    "name": "DelegateVotesChanged",
    "inputs": [
      {
        "name": "delegate",
        "type": "address",
        "indexed": true,
        "internalType": "address"
      },
      {
        "name": "previousVotes",
        "type": "uint256",
        "indexed": false,
        "internalType": "uint256"
      },
      {
        "name": "newVotes",
        "type": "uint256",
        "indexed": false,
        "internalType": "uint256"
      }
    ],
    "anonymous": false
  },
  {
    "type": "event",
    "name": "EIP712DomainChanged",
    "inputs": [],
    "anonymous": false
  },
  {
    "type": "event",
    "name": "MinterSet",
    "inputs": [
      {
        "name": "minter",
        "type": "address",
        "indexed": true,
        "internalType": "address"
      }
    ],
    "anonymous": false
  },
  {
    "type": "event",
    "name": "Transfer",
    "inputs": [
      {
        "name": "from",
        "type": "address",
        "indexed": true,
        "internalType": "address"
      },
      {
        "name": "to",
        "type": "address",
        "indexed": true,
        "internalType": "address"
      },
      {
        "name": "value",
        "type": "uint256",
        "indexed": false,
        "internalType": "uint256"
      }
    ],
    "anonymous": false
  },
  {
    "type": "error",
    "name": "CheckpointUnorderedInsertion",
    "inputs": []
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
    "name": "ERC20ExceededSafeSupply",
    "inputs": [
      {
        "name": "increasedSupply",
        "type": "uint256",
        "internalType": "uint256"
      },
      {
        "name": "cap",
        "type": "uint256",
        "internalType": "uint256"
      }
    ]
  },
  {
    "type": "error",
    "name": "ERC20InsufficientAllowance",
    "inputs": [
      {
        "name": "spender",
        "type": "address",
        "internalType": "address"
      },
      {
        "name": "allowance",
        "type": "uint256",
        "internalType": "uint256"
      },
      {
        "name": "needed",
        "type": "uint256",
        "internalType": "uint256"
      }
    ]
  },
  {
    "type": "error",
    "name": "ERC20InsufficientBalance",
    "inputs": [
      {
        "name": "sender",
        "type": "address",
        "internalType": "address"
      },
      {
        "name": "balance",
        "type": "uint256",
        "internalType": "uint256"
      },
      {
        "name": "needed",
        "type": "uint256",
        "internalType": "uint256"
      }
    ]
  },
  {
    "type": "error",
    "name": "ERC20InvalidApprover",
    "inputs": [
      {
        "name": "approver",
        "type": "address",
        "internalType": "address"
      }
    ]
  },
  {
    "type": "error",
    "name": "ERC20InvalidReceiver",
    "inputs": [
      {
        "name": "receiver",
        "type": "address",
        "internalType": "address"
      }
    ]
  },
  {
    "type": "error",
    "name": "ERC20InvalidSender",
    "inputs": [
      {
        "name": "sender",
        "type": "address",
        "internalType": "address"
      }
    ]
  },
  {
    "type": "error",
    "name": "ERC20InvalidSpender",
    "inputs": [
      {
        "name": "spender",
        "type": "address",
        "internalType": "address"
      }
    ]
  },
  {
    "type": "error",
    "name": "ERC2612ExpiredSignature",
    "inputs": [
      {
        "name": "deadline",
        "type": "uint256",
        "internalType": "uint256"
      }
    ]
  },
  {
    "type": "error",
    "name": "ERC2612InvalidSigner",
    "inputs": [
      {
        "name": "signer",
        "type": "address",
        "internalType": "address"
      },
      {
        "name": "owner",
        "type": "address",
        "internalType": "address"
      }
    ]
  },
  {
    "type": "error",
    "name": "ERC5805FutureLookup",
    "inputs": [
      {
        "name": "timepoint",
        "type": "uint256",
        "internalType": "uint256"
      },
      {
        "name": "clock",
        "type": "uint48",
        "internalType": "uint48"
      }
    ]
  },
  {
    "type": "error",
    "name": "InvalidAccountNonce",
    "inputs": [
      {
        "name": "account",
        "type": "address",
        "internalType": "address"
      },
      {
        "name": "currentNonce",
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
    "name": "MinterAlreadySet",
    "inputs": [
      {
        "name": "minter",
        "type": "address",
        "internalType": "address"
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
    "name": "NotMinter",
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
    "name": "ReserveExceeded",
    "inputs": [
      {
        "name": "asked",
        "type": "uint256",
        "internalType": "uint256"
      },
      {
        "name": "left",
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
    "name": "VotesExpiredSignature",
    "inputs": [
      {
        "name": "expiry",
        "type": "uint256",
        "internalType": "uint256"
      }
    ]
  },
  {
    "type": "error",
    "name": "ZeroAddress",
    "inputs": []
  }
] as const;

export const wayBytecode = "0x610180604052348015610010575f5ffd5b50604051612f91380380612f9183398101604081905261002f91610853565b604051806040016040528060088152602001675761796c6561766560c01b81525080604051806040016040528060018152602001603160f81b815250604051806040016040528060088152602001675761796c6561766560c01b8152506040518060400160405280600381526020016257415960e81b81525081600390816100b79190610910565b5060046100c48282610910565b5050506100d6826101c160201b60201c565b610120526100e3816101c1565b61014052815160208084019190912060e052815190820120610100524660a05261016f60e05161010051604080517f8b73c3c69bb8fe3d512ecc4cf759cc79239f7b179b0ffacaa9a75d522b39400f60208201529081019290925260608201524660808201523060a08201525f9060c00160405160208183030381529060405280519060200120905090565b60805250503060c052506001600160a01b0381166101a05760405163d92e233d60e01b815260040160405180910390fd5b33610160526101bb816b019d971e4fe8401e74000000610207565b50610a9a565b5f5f829050601f815111156101f4578260405163305a27a960e01b81526004016101eb91906109ca565b60405180910390fd5b80516101ff826109ff565b179392505050565b6001600160a01b0382166102305760405163ec442f0560e01b81525f60048201526024016101eb565b61023b5f838361023f565b5050565b61024a83838361024f565b505050565b61025a8383836102b8565b6001600160a01b0383166102ad575f61027260025490565b90505f61027d6103de565b9050808211156102aa57604051630e58ae9360e11b815260048101839052602481018290526044016101eb565b50505b61024a8383836103fa565b6001600160a01b0383166102e2578060025f8282546102d79190610a36565b909155506103529050565b6001600160a01b0383165f90815260208190526040902054818110156103345760405163391434e360e21b81526001600160a01b038516600482015260248101829052604481018390526064016101eb565b6001600160a01b0384165f9081526020819052604090209082900390555b6001600160a01b03821661036e5760028054829003905561038c565b6001600160a01b0382165f9081526020819052604090208054820190555b816001600160a01b0316836001600160a01b03167fddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef836040516103d191815260200190565b60405180910390a3505050565b5f6103f56b019d971e4fe8401e7400000080610a36565b905090565b6001600160a01b03831661042857610425600a610c4b61048260201b1761042084610496565b6104cd565b50505b6001600160a01b0382166104515761044e600a610c5661050260201b1761042084610496565b50505b6001600160a01b038381165f9081526008602052604080822054858416835291205461024a9291821691168361050d565b5f61048d8284610a49565b90505b92915050565b5f6001600160d01b038211156104c9576040516306dfcc6560e41b815260d06004820152602481018390526044016101eb565b5090565b5f806104f56104da61065d565b6104ed6104e688610666565b868860201c565b8791906106ae565b915091505b935093915050565b5f61048d8284610a68565b816001600160a01b0316836001600160a01b03161415801561052e57505f81115b1561024a576001600160a01b038316156105c6576001600160a01b0383165f908152600960209081526040822082916105749190610502901b610c561761042086610496565b6001600160d01b031691506001600160d01b03169150846001600160a01b03165f516020612f715f395f51905f5283836040516105bb929190918252602082015260400190565b60405180910390a250505b6001600160a01b0382161561024a576001600160a01b0382165f908152600960209081526040822082916106079190610482901b610c4b1761042086610496565b6001600160d01b031691506001600160d01b03169150836001600160a01b03165f516020612f715f395f51905f52838360405161064e929190918252602082015260400190565b60405180910390a25050505050565b5f6103f56106bb565b80545f9080156106a55761068c8361067f600184610a87565b5f91825260209091200190565b54660100000000000090046001600160d01b03166106a7565b5f5b9392505050565b5f806104f58585856106c5565b5f6103f542610821565b82545f90819080156107c4575f6106e18761067f600185610a87565b805490915065ffffffffffff80821691660100000000000090046001600160d01b031690881682111561072757604051632520601d60e01b815260040160405180910390fd5b8765ffffffffffff168265ffffffffffff160361076357825465ffffffffffff1666010000000000006001600160d01b038916021783556107b6565b6040805180820190915265ffffffffffff808a1682526001600160d01b03808a1660208085019182528d54600181018f555f8f815291909120945191519092166601000000000000029216919091179101555b94508593506104fa92505050565b50506040805180820190915265ffffffffffff80851682526001600160d01b0380851660208085019182528854600181018a555f8a81529182209551925190931666010000000000000291909316179201919091559050816104fa565b5f65ffffffffffff8211156104c9576040516306dfcc6560e41b815260306004820152602481018390526044016101eb565b5f60208284031215610863575f5ffd5b81516001600160a01b03811681146106a7575f5ffd5b634e487b7160e01b5f52604160045260245ffd5b600181811c908216806108a157607f821691505b6020821081036108bf57634e487b7160e01b5f52602260045260245ffd5b50919050565b601f82111561024a57805f5260205f20601f840160051c810160208510156108ea5750805b601f840160051c820191505b81811015610909575f81556001016108f6565b5050505050565b81516001600160401b0381111561092957610929610879565b61093d81610937845461088d565b846108c5565b6020601f82116001811461096f575f83156109585750848201515b5f19600385901b1c1916600184901b178455610909565b5f84815260208120601f198516915b8281101561099e578785015182556020948501946001909201910161097e565b50848210156109bb57868401515f19600387901b60f8161c191681555b50505050600190811b01905550565b602081525f82518060208401528060208501604085015e5f604082850101526040601f19601f83011684010191505092915050565b805160208083015191908110156108bf575f1960209190910360031b1b16919050565b634e487b7160e01b5f52601160045260245ffd5b8082018082111561049057610490610a22565b6001600160d01b03818116838216019081111561049057610490610a22565b6001600160d01b03828116828216039081111561049057610490610a22565b8181038181111561049057610490610a22565b60805160a05160c05160e05161010051610120516101405161016051612475610afc5f395f818161049b0152610aff01525f61119a01525f61116f01525f610e8a01525f610e6201525f610dbd01525f610de701525f610e1101526124755ff3fe608060405234801561000f575f5ffd5b5060043610610201575f3560e01c806370a08231116101235780639d2cc436116100b8578063d5f3948811610088578063ec81b4831161006e578063ec81b483146104f5578063f1127ed8146104fd578063fca3b5aa1461054f575f5ffd5b8063d5f3948814610496578063dd62ed3e146104bd575f5ffd5b80639d2cc436146102a3578063a9059cbb1461045d578063c3cda52014610470578063d505accf14610483575f5ffd5b80638e539e8c116100f35780638e539e8c1461041057806391ddadf41461042357806395d89b41146104425780639ab24eb01461044a575f5ffd5b806370a08231146103a757806379cc6790146103cf5780637ecebe00146103e257806384b0196e146103f5575f5ffd5b80633644e515116101995780634bf5d7e9116101695780634bf5d7e914610308578063587cde1e146103415780635c19a95c1461036c5780636fcfff451461037f575f5ffd5b80633644e515146102c55780633a46b1a8146102cd57806340c10f19146102e057806342966c68146102f5575f5ffd5b806318160ddd116101d457806318160ddd1461028857806323b872dd146102905780632ff2e9dc146102a3578063313ce567146102b6575f5ffd5b806306fdde03146102055780630754617214610223578063095ea7b31461024e5780630b3ecfcf14610271575b5f5ffd5b61020d610562565b60405161021a919061203d565b60405180910390f35b600b54610236906001600160a01b031681565b6040516001600160a01b03909116815260200161021a565b61026161025c36600461206a565b6105f2565b604051901515815260200161021a565b61027a600c5481565b60405190815260200161021a565b60025461027a565b61026161029e366004612092565b61060b565b61027a6b019d971e4fe8401e7400000081565b6040516012815260200161021a565b61027a61062e565b61027a6102db36600461206a565b61063c565b6102f36102ee36600461206a565b610689565b005b6102f36103033660046120cc565b61075b565b60408051808201909152600e81527f6d6f64653d74696d657374616d70000000000000000000000000000000000000602082015261020d565b61023661034f3660046120e3565b6001600160a01b039081165f908152600860205260409020541690565b6102f361037a3660046120e3565b610768565b61039261038d3660046120e3565b610777565b60405163ffffffff909116815260200161021a565b61027a6103b53660046120e3565b6001600160a01b03165f9081526020819052604090205490565b6102f36103dd36600461206a565b610781565b61027a6103f03660046120e3565b610796565b6103fd6107a0565b60405161021a97969594939291906120fc565b61027a61041e3660046120cc565b6107fe565b61042b610835565b60405165ffffffffffff909116815260200161021a565b61020d61083e565b61027a6104583660046120e3565b61084d565b61026161046b36600461206a565b61086d565b6102f361047e3660046121be565b61087a565b6102f3610491366004612212565b61094f565b6102367f000000000000000000000000000000000000000000000000000000000000000081565b61027a6104cb366004612278565b6001600160a01b039182165f90815260016020908152604080832093909416825291909152205490565b61027a610ab7565b61051061050b3660046122a9565b610ad0565b60408051825165ffffffffffff16815260209283015179ffffffffffffffffffffffffffffffffffffffffffffffffffff16928101929092520161021a565b6102f361055d3660046120e3565b610af4565b606060038054610571906122e6565b80601f016020809104026020016040519081016040528092919081815260200182805461059d906122e6565b80156105e85780601f106105bf576101008083540402835291602001916105e8565b820191905f5260205f20905b8154815290600101906020018083116105cb57829003601f168201915b5050505050905090565b5f336105ff818585610c61565b60019150505b92915050565b5f33610618858285610c6e565b610623858585610d22565b506001949350505050565b5f610637610db1565b905090565b5f61066661064983610eda565b6001600160a01b0385165f90815260096020526040902090610f41565b79ffffffffffffffffffffffffffffffffffffffffffffffffffff169392505050565b600b546001600160a01b031633146106d4576040517f361c31f20000000000000000000000000000000000000000000000000000000081523360048201526024015b60405180910390fd5b5f600c546b019d971e4fe8401e740000006106ef9190612364565b905080821115610735576040517ff42bfaaa00000000000000000000000000000000000000000000000000000000815260048101839052602481018290526044016106cb565b81600c5f8282546107469190612377565b9091555061075690508383611007565b505050565b6107653382611054565b50565b3361077381836110a1565b5050565b5f6106058261112a565b61078c823383610c6e565b6107738282611054565b5f6106058261114b565b5f6060805f5f5f60606107b1611168565b6107b9611193565b604080515f808252602082019092527f0f000000000000000000000000000000000000000000000000000000000000009b939a50919850469750309650945092509050565b5f61081361080b83610eda565b600a90610f41565b79ffffffffffffffffffffffffffffffffffffffffffffffffffff1692915050565b5f6106376111be565b606060048054610571906122e6565b6001600160a01b0381165f908152600960205260408120610813906111c8565b5f336105ff818585610d22565b834211156108b7576040517f4683af0e000000000000000000000000000000000000000000000000000000008152600481018590526024016106cb565b604080517fe48329057bfd03d55e49b547132e39cffd9c1820ad7b9d4c5307691425d15adf60208201526001600160a01b0388169181019190915260608101869052608081018590525f90610930906109289060a00160405160208183030381529060405280519060200120611215565b85858561125c565b905061093c8187611288565b61094681886110a1565b50505050505050565b8342111561098c576040517f62791302000000000000000000000000000000000000000000000000000000008152600481018590526024016106cb565b5f7f6e71edae12b1b97f4d1f60370fef10105fa2faae0126114a169c64845d6126c98888886109d78c6001600160a01b03165f90815260076020526040902080546001810190915590565b6040805160208101969096526001600160a01b0394851690860152929091166060840152608083015260a082015260c0810186905260e0016040516020818303038152906040528051906020012090505f610a3182611215565b90505f610a408287878761125c565b9050896001600160a01b0316816001600160a01b031614610aa0576040517f4b800e460000000000000000000000000000000000000000000000000000000081526001600160a01b0380831660048301528b1660248201526044016106cb565b610aab8a8a8a610c61565b50505050505050505050565b610acd6b019d971e4fe8401e7400000080612377565b81565b604080518082019091525f8082526020820152610aed83836112f3565b9392505050565b336001600160a01b037f00000000000000000000000000000000000000000000000000000000000000001614610b58576040517f0c8cc0360000000000000000000000000000000000000000000000000000000081523360048201526024016106cb565b600b546001600160a01b031615610baa57600b546040517f6f615f9b0000000000000000000000000000000000000000000000000000000081526001600160a01b0390911660048201526024016106cb565b6001600160a01b038116610bea576040517fd92e233d00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b600b80547fffffffffffffffffffffffff0000000000000000000000000000000000000000166001600160a01b0383169081179091556040517f726b590ef91a8c76ad05bbe91a57ef84605276528f49cd47d787f558a4e755b6905f90a250565b5f610aed828461238a565b5f610aed82846123bc565b6107568383836001611327565b6001600160a01b038381165f908152600160209081526040808320938616835292905220547fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff811015610d1c5781811015610d0e576040517ffb8f41b20000000000000000000000000000000000000000000000000000000081526001600160a01b038416600482015260248101829052604481018390526064016106cb565b610d1c84848484035f611327565b50505050565b6001600160a01b038316610d64576040517f96c6fd1e0000000000000000000000000000000000000000000000000000000081525f60048201526024016106cb565b6001600160a01b038216610da6576040517fec442f050000000000000000000000000000000000000000000000000000000081525f60048201526024016106cb565b61075683838361142b565b5f306001600160a01b037f000000000000000000000000000000000000000000000000000000000000000016148015610e0957507f000000000000000000000000000000000000000000000000000000000000000046145b15610e3357507f000000000000000000000000000000000000000000000000000000000000000090565b610637604080517f8b73c3c69bb8fe3d512ecc4cf759cc79239f7b179b0ffacaa9a75d522b39400f60208201527f0000000000000000000000000000000000000000000000000000000000000000918101919091527f000000000000000000000000000000000000000000000000000000000000000060608201524660808201523060a08201525f9060c00160405160208183030381529060405280519060200120905090565b5f5f610ee4610835565b90508065ffffffffffff168310610f38576040517fecd3f81e0000000000000000000000000000000000000000000000000000000081526004810184905265ffffffffffff821660248201526044016106cb565b610aed83611436565b81545f9081816005811115610f9d575f610f5a84611485565b610f649085612364565b5f8881526020902090915081015465ffffffffffff9081169087161015610f8d57809150610f9b565b610f98816001612377565b92505b505b5f610faa878785856115ea565b90508015610ffa57610fce87610fc1600184612364565b5f91825260209091200190565b546601000000000000900479ffffffffffffffffffffffffffffffffffffffffffffffffffff16610ffc565b5f5b979650505050505050565b6001600160a01b038216611049576040517fec442f050000000000000000000000000000000000000000000000000000000081525f60048201526024016106cb565b6107735f838361142b565b6001600160a01b038216611096576040517f96c6fd1e0000000000000000000000000000000000000000000000000000000081525f60048201526024016106cb565b610773825f8361142b565b6001600160a01b038281165f8181526008602052604080822080548686167fffffffffffffffffffffffff0000000000000000000000000000000000000000821681179092559151919094169392849290917f3134e8a2e6d97e929a7e54011ea5485d7d196dd5f0ba4d4ef95803e8e3fc257f9190a4610756818361112586611640565b61165d565b6001600160a01b0381165f9081526009602052604081205461060590611812565b6001600160a01b0381165f90815260076020526040812054610605565b60606106377f000000000000000000000000000000000000000000000000000000000000000061185b565b60606106377f000000000000000000000000000000000000000000000000000000000000000061185b565b5f61063742611436565b80545f90801561120d576111e183610fc1600184612364565b546601000000000000900479ffffffffffffffffffffffffffffffffffffffffffffffffffff16610aed565b5f9392505050565b5f610605611221610db1565b836040517f19010000000000000000000000000000000000000000000000000000000000008152600281019290925260228201526042902090565b5f5f5f5f61126c88888888611898565b92509250925061127c828261197e565b50909695505050505050565b6001600160a01b0382165f908152600760205260409020805460018101909155818114610756576040517f752d88c00000000000000000000000000000000000000000000000000000000081526001600160a01b0384166004820152602481018290526044016106cb565b604080518082019091525f80825260208201526001600160a01b0383165f908152600960205260409020610aed9083611a81565b6001600160a01b038416611369576040517fe602df050000000000000000000000000000000000000000000000000000000081525f60048201526024016106cb565b6001600160a01b0383166113ab576040517f94280d620000000000000000000000000000000000000000000000000000000081525f60048201526024016106cb565b6001600160a01b038085165f9081526001602090815260408083209387168352929052208290558015610d1c57826001600160a01b0316846001600160a01b03167f8c5be1e5ebec7d5bd14f71427d1e84f3dd0314c0f7b2291e5b200ac8c7c3b9258460405161141d91815260200190565b60405180910390a350505050565b610756838383611b04565b5f65ffffffffffff821115611481576040517f6dfcc65000000000000000000000000000000000000000000000000000000000815260306004820152602481018390526044016106cb565b5090565b5f60018211611492575090565b81600170010000000000000000000000000000000082106114b85760809190911c9060401b5b6801000000000000000082106114d35760409190911c9060201b5b64010000000082106114ea5760209190911c9060101b5b6201000082106114ff5760109190911c9060081b5b61010082106115135760089190911c9060041b5b601082106115265760049190911c9060021b5b600482106115325760011b5b600302600190811c9081858161154a5761154a6123ee565b048201901c90506001818581611562576115626123ee565b048201901c9050600181858161157a5761157a6123ee565b048201901c90506001818581611592576115926123ee565b048201901c905060018185816115aa576115aa6123ee565b048201901c905060018185816115c2576115c26123ee565b048201901c90506115e18185816115db576115db6123ee565b04821190565b90039392505050565b5f5b81831015611638575f85815260209020838316600285851804019081015465ffffffffffff8681169116111561162457809250611632565b61162f816001612377565b93505b506115ec565b509392505050565b6001600160a01b0381165f90815260208190526040812054610605565b816001600160a01b0316836001600160a01b03161415801561167e57505f81115b15610756576001600160a01b0383161561174b576001600160a01b0383165f90815260096020526040812081906116c090610c566116bb86611b86565b611be5565b79ffffffffffffffffffffffffffffffffffffffffffffffffffff16915079ffffffffffffffffffffffffffffffffffffffffffffffffffff169150846001600160a01b03167fdec2bacdd2f05b59de34da9b523dff8be42e5e38e818c82fdb0bae774387a7248383604051611740929190918252602082015260400190565b60405180910390a250505b6001600160a01b03821615610756576001600160a01b0382165f908152600960205260408120819061178390610c4b6116bb86611b86565b79ffffffffffffffffffffffffffffffffffffffffffffffffffff16915079ffffffffffffffffffffffffffffffffffffffffffffffffffff169150836001600160a01b03167fdec2bacdd2f05b59de34da9b523dff8be42e5e38e818c82fdb0bae774387a7248383604051611803929190918252602082015260400190565b60405180910390a25050505050565b5f63ffffffff821115611481576040517f6dfcc65000000000000000000000000000000000000000000000000000000000815260206004820152602481018390526044016106cb565b60605f61186783611c1d565b6040805160208082528183019092529192505f91906020820181803683375050509182525060208101929092525090565b5f80807f7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a08411156118d157505f91506003905082611974565b604080515f808252602082018084528a905260ff891692820192909252606081018790526080810186905260019060a0016020604051602081039080840390855afa158015611922573d5f5f3e3d5ffd5b50506040517fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe001519150506001600160a01b03811661196b57505f925060019150829050611974565b92505f91508190505b9450945094915050565b5f8260038111156119915761199161241b565b0361199a575050565b60018260038111156119ae576119ae61241b565b036119e5576040517ff645eedf00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b60028260038111156119f9576119f961241b565b03611a33576040517ffce698f7000000000000000000000000000000000000000000000000000000008152600481018290526024016106cb565b6003826003811115611a4757611a4761241b565b03610773576040517fd78bce0c000000000000000000000000000000000000000000000000000000008152600481018290526024016106cb565b604080518082019091525f8082526020820152825f018263ffffffff1681548110611aae57611aae612448565b5f9182526020918290206040805180820190915291015465ffffffffffff811682526601000000000000900479ffffffffffffffffffffffffffffffffffffffffffffffffffff16918101919091529392505050565b611b0f838383611c5d565b6001600160a01b038316611b7b575f611b2760025490565b90505f611b32611d9c565b905080821115611b78576040517f1cb15d2600000000000000000000000000000000000000000000000000000000815260048101839052602481018290526044016106cb565b50505b610756838383611db3565b5f79ffffffffffffffffffffffffffffffffffffffffffffffffffff821115611481576040517f6dfcc65000000000000000000000000000000000000000000000000000000000815260d06004820152602481018390526044016106cb565b5f5f611c10611bf2610835565b611c08611bfe886111c8565b868863ffffffff16565b879190611e28565b915091505b935093915050565b5f60ff8216601f811115610605576040517fb3512b0c00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b6001600160a01b038316611c87578060025f828254611c7c9190612377565b90915550611d109050565b6001600160a01b0383165f9081526020819052604090205481811015611cf2576040517fe450d38c0000000000000000000000000000000000000000000000000000000081526001600160a01b038516600482015260248101829052604481018390526064016106cb565b6001600160a01b0384165f9081526020819052604090209082900390555b6001600160a01b038216611d2c57600280548290039055611d4a565b6001600160a01b0382165f9081526020819052604090208054820190555b816001600160a01b0316836001600160a01b03167fddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef83604051611d8f91815260200190565b60405180910390a3505050565b5f6106376b019d971e4fe8401e7400000080612377565b6001600160a01b038316611dd557611dd2600a610c4b6116bb84611b86565b50505b6001600160a01b038216611df757611df4600a610c566116bb84611b86565b50505b6001600160a01b038381165f908152600860205260408082205485841683529120546107569291821691168361165d565b5f80611c1085858582545f9081908015611f81575f611e4c87610fc1600185612364565b805490915065ffffffffffff808216916601000000000000900479ffffffffffffffffffffffffffffffffffffffffffffffffffff16908816821115611ebe576040517f2520601d00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b8765ffffffffffff168265ffffffffffff1603611f0d57825465ffffffffffff16660100000000000079ffffffffffffffffffffffffffffffffffffffffffffffffffff891602178355611f73565b6040805180820190915265ffffffffffff808a16825279ffffffffffffffffffffffffffffffffffffffffffffffffffff808a1660208085019182528d54600181018f555f8f815291909120945191519092166601000000000000029216919091179101555b9450859350611c1592505050565b50506040805180820190915265ffffffffffff808516825279ffffffffffffffffffffffffffffffffffffffffffffffffffff80851660208085019182528854600181018a555f8a8152918220955192519093166601000000000000029190931617920191909155905081611c15565b5f81518084528060208401602086015e5f6020828601015260207fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe0601f83011685010191505092915050565b602081525f610aed6020830184611ff1565b80356001600160a01b0381168114612065575f5ffd5b919050565b5f5f6040838503121561207b575f5ffd5b6120848361204f565b946020939093013593505050565b5f5f5f606084860312156120a4575f5ffd5b6120ad8461204f565b92506120bb6020850161204f565b929592945050506040919091013590565b5f602082840312156120dc575f5ffd5b5035919050565b5f602082840312156120f3575f5ffd5b610aed8261204f565b7fff000000000000000000000000000000000000000000000000000000000000008816815260e060208201525f61213660e0830189611ff1565b82810360408401526121488189611ff1565b606084018890526001600160a01b038716608085015260a0840186905283810360c0850152845180825260208087019350909101905f5b8181101561219d57835183526020938401939092019160010161217f565b50909b9a5050505050505050505050565b803560ff81168114612065575f5ffd5b5f5f5f5f5f5f60c087890312156121d3575f5ffd5b6121dc8761204f565b955060208701359450604087013593506121f8606088016121ae565b9598949750929560808101359460a0909101359350915050565b5f5f5f5f5f5f5f60e0888a031215612228575f5ffd5b6122318861204f565b965061223f6020890161204f565b9550604088013594506060880135935061225b608089016121ae565b9699959850939692959460a0840135945060c09093013592915050565b5f5f60408385031215612289575f5ffd5b6122928361204f565b91506122a06020840161204f565b90509250929050565b5f5f604083850312156122ba575f5ffd5b6122c38361204f565b9150602083013563ffffffff811681146122db575f5ffd5b809150509250929050565b600181811c908216806122fa57607f821691505b602082108103612331577f4e487b71000000000000000000000000000000000000000000000000000000005f52602260045260245ffd5b50919050565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52601160045260245ffd5b8181038181111561060557610605612337565b8082018082111561060557610605612337565b79ffffffffffffffffffffffffffffffffffffffffffffffffffff818116838216019081111561060557610605612337565b79ffffffffffffffffffffffffffffffffffffffffffffffffffff828116828216039081111561060557610605612337565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52601260045260245ffd5b7f4e487b71000000000000000000000000000000000000000000000000000000005f52602160045260245ffd5b7f4e487b71000000000000000000000000000000000000000000000000000000005f52603260045260245ffddec2bacdd2f05b59de34da9b523dff8be42e5e38e818c82fdb0bae774387a724" as const;
