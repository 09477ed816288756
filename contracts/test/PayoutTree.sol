// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ProofStep, SumTree} from "../src/SumTree.sol";

/// @notice One row of the payouts tree.
struct Payout {
    address account;
    uint128 dollars;
    uint128 way;
}

/// @title PayoutTree: builds the trees that SumTree only checks. For tests.
library PayoutTree {
    struct Node {
        bytes32 hash;
        uint256 sum;
    }

    /// @notice All levels, leaves first, the root alone in the last.
    function levelsOf(Payout[] memory rows) internal pure returns (Node[][] memory levels) {
        Node[] memory level = leaves(rows);
        uint256 depth;
        for (uint256 width = level.length; width > 1; width /= 2) {
            ++depth;
        }
        levels = new Node[][](depth + 1);
        levels[0] = level;
        for (uint256 i = 0; i < depth; ++i) {
            levels[i + 1] = above(levels[i]);
        }
    }

    function root(Payout[] memory rows) internal pure returns (bytes32 hash, uint256 sum) {
        Node[][] memory levels = levelsOf(rows);
        Node memory top = levels[levels.length - 1][0];
        return (top.hash, top.sum);
    }

    function proof(Payout[] memory rows, uint256 index) internal pure returns (ProofStep[] memory) {
        return proofIn(levelsOf(rows), index);
    }

    function proofIn(Node[][] memory levels, uint256 index) internal pure returns (ProofStep[] memory steps) {
        steps = new ProofStep[](levels.length - 1);
        for (uint256 i = 0; i < steps.length; ++i) {
            Node memory sibling = levels[i][(index >> i) ^ 1];
            steps[i] = ProofStep(sibling.hash, sibling.sum);
        }
    }

    function leaves(Payout[] memory rows) internal pure returns (Node[] memory level) {
        uint256 width = 1;
        while (width < rows.length) width *= 2;
        level = new Node[](width);
        for (uint256 i = 0; i < rows.length; ++i) {
            Payout memory row = rows[i];
            level[i] = Node(SumTree.payoutLeaf(row.account, row.dollars, row.way), SumTree.pack(row.dollars, row.way));
        }
    }

    function above(Node[] memory level) internal pure returns (Node[] memory upper) {
        upper = new Node[](level.length / 2);
        for (uint256 i = 0; i < upper.length; ++i) {
            Node memory left = level[2 * i];
            Node memory right = level[2 * i + 1];
            // Written out, not SumTree.node: the library's hash is checked against Solidity's own encoding.
            upper[i] = Node(keccak256(abi.encode(left.hash, left.sum, right.hash, right.sum)), left.sum + right.sum);
        }
    }
}
